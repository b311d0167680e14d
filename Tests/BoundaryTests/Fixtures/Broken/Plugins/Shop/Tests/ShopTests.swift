@testable import ShopPlugin
