@testable import ShopPlugin

func start() {
    let process = Process()
}
