package guardtest_test

import (
	"context"
	"fmt"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

func ExampleBlock() {
	checker := guardtest.Block("delete_user", "deletes a user").Modify("send_mail", `{"to": "test@example.com"}`)
	send := guard.Tool(nil, checker, "send_mail", func(_ context.Context, m map[string]string) (string, error) {
		return "sent to " + m["to"], nil
	})
	remove := guard.Tool(nil, checker, "delete_user", func(context.Context, int) (string, error) { return "deleted", nil })

	fmt.Println(send(context.Background(), map[string]string{"to": "ann@example.com"}))
	fmt.Println(remove(context.Background(), 7))
	fmt.Println(len(checker.Calls()), "calls were judged")
	// Output:
	// sent to test@example.com <nil>
	//  guard blocked delete_user: deletes a user
	// 2 calls were judged
}
