package local_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

func Example() {
	engine, err := local.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, command := range []string{
		`{"command": "echo cm0gLXJmIC8= | base64 -d | sh"}`,
		`{"command": "git commit -m 'never run rm -rf / as root'"}`,
	} {
		result, err := engine.Check(context.Background(), guard.Call{Tool: "bash", Input: json.RawMessage(command)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Action, result.Triggered())
	}
	// Output:
	// block [dangerous]
	// allow []
}
