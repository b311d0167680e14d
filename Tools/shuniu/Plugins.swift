import AppealsPlugin
import CoordinationPlugin
import ExpoPlugin
import HotlinePlugin
import MarketPlugin
import MatchingPlugin
import PluginKit
import RegistryPlugin
import SchoolPlugin

/// Every plug-in of this program, in the order of the navigation. Nothing registers itself: what is not here does not exist.
let installedPlugins: [InstalledPlugin] = [
    InstalledPlugin(Market.self),
    InstalledPlugin(Matching.self),
    InstalledPlugin(Hotline.self),
    InstalledPlugin(Appeals.self),
    InstalledPlugin(School.self),
    InstalledPlugin(Expo.self),
    InstalledPlugin(Registry.self),
    InstalledPlugin(Coordination.self),
]
