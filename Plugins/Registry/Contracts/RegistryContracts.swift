// Contracts of the registry plug-in.
