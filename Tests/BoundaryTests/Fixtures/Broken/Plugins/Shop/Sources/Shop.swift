import PluginKit
public import Store
