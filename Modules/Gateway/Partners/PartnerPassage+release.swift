import Bus
import Exchange
import Messages
import Network

extension Gateway {
    /// The one function through which every answer to a partner leaves: the site's witness sees it first, may delay it until the
    /// receipt is durable, or puts a refusal in its place. Without a witness the answer leaves as it is.
    func release(_ response: HTTPResponse, _ passage: PartnerPassage, by witness: (any ExchangeWitness)?, to exchange: HTTPExchange) {
        guard let witness else { return exchange.finish(response) }
        var complete = passage
        complete.status = response.status
        if case .bytes(let bytes) = response.body { complete.answer = bytes }
        witness.witness(complete) { [self] result in
            switch result {
            case .success(let fields):
                var response = response
                for field in fields { response.headers.add(field.name, field.value) }
                exchange.finish(response)
            case .failure(let refusal):
                log(
                    .error, "partner-answer-withheld", refusal.log, ("site", passage.site), ("client", passage.client),
                    ("message", passage.message.description))
                exchange.finish(problem(refusal, instance: nil))
            }
        }
    }
}
