package staso

import "github.com/staso-go/staso/internal/version"

// Version is the version of this library. It is also part of the User-Agent
// header of its requests.
const Version = version.Version
