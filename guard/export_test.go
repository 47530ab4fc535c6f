package guard

// DecodeVerdict is decodeVerdict, for the tests that have no server.
var DecodeVerdict = decodeVerdict
