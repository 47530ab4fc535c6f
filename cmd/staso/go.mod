module github.com/staso-go/staso/cmd/staso

go 1.26.0

require github.com/staso-go/staso v0.1.0
