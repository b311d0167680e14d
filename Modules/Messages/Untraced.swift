/// A command that leaves no record of itself: whoever sends it counts as a visitor, no reply is kept under its id, and its handler
/// announces nothing. For what is dropped anonymously; a repetition is then up to the handler, by what the command itself carries.
///
/// The bus holds to it; the moment and the address still stand in the host's own request log, without the content.
public protocol Untraced {}
