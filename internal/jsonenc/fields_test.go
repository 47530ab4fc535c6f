//nolint:staticcheck,modernize // odd tags are what is tested here
package jsonenc_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

type (
	Base   struct{ A, B int }
	Other  struct{ B, C int }
	hidden struct{ D int }
	Deep   struct{ Base }
	Loop   struct {
		*Loop
		E int
	}
	Text string
	low  int

	TaggedA struct {
		X int `json:"a"`
	}
	TaggedB struct {
		Y int `json:"a"`
	}
	Stamped struct {
		time.Time
		Note string
	}
	zeroByValue   struct{ N int }
	zeroByPointer struct{ N int }
	zeroPanics    struct{ N int }
)

func (z zeroByValue) IsZero() bool    { return z.N == 7 }
func (z *zeroByPointer) IsZero() bool { return z.N == 7 }
func (zeroPanics) IsZero() bool       { panic("no") }

func TestFieldsAsEncodingJSON(t *testing.T) {
	seven := 7
	for name, v := range map[string]any{
		"unexported": struct {
			A int
			b int
		}{1, 2},
		"names": struct {
			A int `json:"a"`
			B int `json:"-"`
			C int `json:"-,"`
			D int `json:",omitempty"`
			E int `json:"é世"`
			F int `json:"bad\"name"`
			G int `json:"with space!"`
			H int `xml:"h"`
			I int `json:"it's"`
			K int `json:"<&>"`
		}{1, 2, 3, 0, 5, 6, 7, 8, 9, 10},
		"embedded":              struct{ Base }{Base{1, 2}},
		"embedded pointer":      struct{ *Base }{&Base{1, 2}},
		"embedded pointer nil":  struct{ *Base }{},
		"embedded unexported":   struct{ hidden }{hidden{4}},
		"embedded unexported *": struct{ *hidden }{&hidden{4}},
		"embedded unexported nil": struct {
			*hidden
			Z int
		}{},
		"embedded unexported tagged": struct {
			hidden `json:"h"`
		}{hidden{4}},
		"embedded tagged": struct {
			Base `json:"base"`
		}{Base{1, 2}},
		"embedded bad tag": struct {
			Base `json:"b\"ad"`
		}{Base{1, 2}},
		"embedded ignored": struct {
			Base `json:"-"`
			Z    int
		}{},
		"embedded not a struct": struct {
			Text
			low
		}{"x", 1},
		"embedded interface": struct{ fmt.Stringer }{},
		"conflict": struct {
			Base
			Other
		}{Base{1, 2}, Other{3, 4}},
		"shallower wins": struct {
			Base
			B string
		}{Base{1, 2}, "b"},
		"shallower wins by depth": struct {
			Deep
			Other
		}{Deep{Base{1, 2}}, Other{3, 4}},
		"tagged wins": struct {
			Base
			X struct{} `json:"-"`
			Y TaggedA
			TaggedA
			Other
		}{},
		"tag against name": struct {
			A int
			X int `json:"A"`
		}{1, 2},
		"two tags": struct {
			*TaggedA
			*TaggedB
			Base
		}{&TaggedA{}, &TaggedB{}, Base{}},
		"the same type twice": struct {
			*Base
			Deep
		}{&Base{1, 2}, Deep{Base{3, 4}}},
		"embeds itself":        Loop{Loop: &Loop{E: 1}, E: 2},
		"promoted MarshalJSON": Stamped{time.Unix(0, 0).UTC(), "lost"},
		"omitempty": struct {
			S  string         `json:",omitempty"`
			N  int            `json:",omitempty"`
			F  float32        `json:",omitempty"`
			B  bool           `json:",omitempty"`
			P  *int           `json:",omitempty"`
			I  any            `json:",omitempty"`
			L  []int          `json:",omitempty"`
			LE []int          `json:",omitempty"`
			M  map[string]int `json:",omitempty"`
			A0 [0]int         `json:",omitempty"`
			A1 [1]int         `json:",omitempty"`
			ST struct{}       `json:",omitempty"`
			T  time.Time      `json:",omitempty"`
			U  uintptr        `json:",omitempty"`
		}{LE: []int{}},
		"omitempty set": struct {
			P *int `json:",omitempty"`
			I any  `json:",omitempty"`
		}{new(int), 0},
		"omitzero": struct {
			N  int                        `json:",omitzero"`
			S  struct{ A int }            `json:",omitzero"`
			T  time.Time                  `json:",omitzero"`
			L  []int                      `json:",omitzero"`
			V7 zeroByValue                `json:",omitzero"`
			V0 zeroByValue                `json:",omitzero"`
			PV *zeroByValue               `json:",omitzero"`
			I  interface{ IsZero() bool } `json:",omitzero"`
			N7 zeroByPointer              `json:",omitzero"`
			N0 zeroByPointer              `json:",omitzero"`
			PP *zeroByPointer             `json:",omitzero"`
		}{L: []int{}, V7: zeroByValue{7}, N7: zeroByPointer{7}, I: (*zeroByValue)(nil)},
		"omitzero addressable": &struct {
			N7 zeroByPointer `json:",omitzero"`
			N0 zeroByPointer `json:",omitzero"`
		}{N7: zeroByPointer{7}},
		"string option": struct {
			N  int           `json:",string"`
			F  float64       `json:",string"`
			B  bool          `json:",string"`
			S  string        `json:",string"`
			P  *int          `json:",string"`
			NP *int          `json:",string"`
			L  []int         `json:",string"`
			D  time.Duration `json:",string"`
			J  json.Number   `json:",string"`
			JI jsonInt       `json:",string"`
			I  any           `json:",string"`
			O  int           `json:"o,omitempty,string"`
		}{P: &seven, S: `say "hi"`, J: "12", L: []int{1}, I: 3},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, std(t, v), encode(v))
		})
	}
}

func TestIsZeroThatPanicsKeepsTheField(t *testing.T) {
	assert.Equal(t, `{"Z":{"N":1},"A":2}`, encode(struct {
		Z zeroPanics `json:",omitzero"`
		A int
	}{zeroPanics{1}, 2}))
}
