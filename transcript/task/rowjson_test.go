package task

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestARowComesBackFromJSON(t *testing.T) {
	for _, r := range []Row{{}, {Line: 3, Cells: []string{}}, {Line: 3, Cells: []string{"a", "", "é\x00"}}, {Cells: []string{"plain", "caf\xe9 \xff"}}} {
		data, err := json.Marshal(Result{Task: Task{Row: r}})
		if err != nil {
			t.Fatal(err)
		}
		var back Result
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back.Task.Row, r) {
			t.Errorf("%+v became %+v: %v", r, back.Task.Row, err)
		}
	}
}
