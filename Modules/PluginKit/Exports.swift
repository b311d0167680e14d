// What a plug-in author needs comes with one import.
@_exported public import Bus
@_exported public import Crypto
@_exported public import Messages
@_exported public import Pages
@_exported public import Store
@_exported public import Vocabulary
