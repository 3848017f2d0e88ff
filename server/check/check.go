// Package check ends a test at an error that it did not come to see: there, going on would only hide it.
package check

import "testing"

// OK ends the test when there is an error.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ErrOf is the error of a call whose value does not matter.
func ErrOf[T any](_ T, err error) error { return err }
