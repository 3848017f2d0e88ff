package password

import (
	"errors"
	"testing"
)

func TestAProgramBuiltWithoutTheListSaysSo(t *testing.T) {
	if l, err := builtIn(""); l != nil || !errors.Is(err, ErrNoList) {
		t.Errorf("list %v, error %v", l, err)
	}
	if l, err := builtIn(generated[:len(generated)/2]); l != nil || !errors.Is(err, ErrBadList) {
		t.Errorf("half a list: %v, error %v", l, err)
	}
	if l, err := builtIn(generated); l == nil || err != nil {
		t.Errorf("the whole list: %v, error %v", l, err)
	}
}
