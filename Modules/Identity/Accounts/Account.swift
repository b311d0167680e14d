public import Messages
public import Vocabulary

/// A person who may sign in at a site. The password never leaves the store.
public struct Account: Sendable, Hashable, Identifiable {
    public var id: MessageID
    public var login: LoginName
    /// Shown in timelines; 1…40 characters.
    public var name: String
    public var organisation: CreditCode?
    /// Its recorded name.
    public var organisationName: String?
    public var isDisabled: Bool
    /// A person with a password that somebody else made must choose an own one before anything else.
    public var mustChangePassword: Bool
    /// Whether a code is asked for at sign-in.
    public var hasSecondFactor = false
    public var passwordChangedAt: Timestamp
    public var createdAt: Timestamp
    public var grants: [Grant]

    /// The account as it acts: its id, name, grants and organisation.
    public var actor: Actor {
        Actor(kind: .person, id: id.description, name: name, grants: grants, organisation: organisation, organisationName: organisationName)
    }
}

/// What is needed to open an account.
public struct NewAccount: Sendable {
    public var login: String
    public var name: String
    public var organisation: CreditCode?
    public var grants: [Grant]
    /// `nil`: a random one is made and shown once.
    public var password: String?
    /// Whether the person must choose an own password at the first sign-in; only a trial host says no.
    public var mustChangePassword = true

    public init(
        login: String, name: String, organisation: CreditCode? = nil, grants: [Grant] = [], password: String? = nil
    ) {
        self.login = login
        self.name = name
        self.organisation = organisation
        self.grants = grants
        self.password = password
    }
}
