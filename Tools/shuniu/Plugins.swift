import CoordinationPlugin
import AppealsPlugin
import HotlinePlugin
import MarketPlugin
import PluginKit
import RegistryPlugin

/// Every plug-in of this program, in the order of the navigation. Nothing registers itself: what is not here does not exist.
let installedPlugins: [InstalledPlugin] = [
    InstalledPlugin(Market.self),
    InstalledPlugin(Hotline.self),
    InstalledPlugin(Appeals.self),
    InstalledPlugin(Registry.self),
    InstalledPlugin(Coordination.self),
]
