import MarketPlugin
import PluginKit
import RegistryPlugin
import SchoolPlugin

/// Every plug-in of this program, in the order of the navigation. Nothing registers itself: what is not here does not exist.
let installedPlugins: [InstalledPlugin] = [
    InstalledPlugin(Market.self),
    InstalledPlugin(Registry.self),
    InstalledPlugin(School.self),
]
