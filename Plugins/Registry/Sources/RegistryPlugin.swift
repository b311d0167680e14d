// The registry plug-in.
