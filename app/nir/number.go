package nir

// Number is an accepted identifier in canonical form, made by [Parse] only.
// Every way of printing it shows the mask or nothing of it; Canonical is the only
// way to the value. The zero Number is no identifier. Numbers cannot be compared
// with ==: compare their canonical forms.
type Number struct {
	_ [0]func() // makes == on two pointers, which would always differ, a compile error

	// A pointer, because fmt prints the fields of a struct for the verbs that do
	// not call String (%d, a wrong verb) and for unexported fields, and never
	// follows a pointer inside a struct.
	value *string
	kind  Kind
}

func newNumber(canonical string, kind Kind) Number {
	return Number{value: &canonical, kind: kind}
}

// Canonical is the value: 13 characters in upper case without the key, or the
// provisional identifier. It is personal data and must not be logged, put in a
// URL or shown to anyone but its owner. It is "" for the zero Number.
func (n Number) Canonical() string {
	if n.value == nil {
		return ""
	}
	return *n.value
}

// Kind is NIR or Provisional, and NoKind for the zero Number.
func (n Number) Kind() Kind { return n.kind }

// IsZero says whether n is no identifier.
func (n Number) IsZero() bool { return n.value == nil }

// Mask lets its owner recognise a number and tells others little: the first
// character and the last two of a NIR ("1 •• •• •• ••• •48"), the first and the
// last of a provisional identifier ("C••••••7", whatever its length). It is "" for
// the zero Number.
func (n Number) Mask() string {
	value := n.Canonical()
	switch {
	case value == "":
		return ""
	case n.kind == NIR:
		return value[:1] + " •• •• •• ••• •" + value[len(value)-2:]
	case len(value) < 6: // two characters would be too large a part of it
		return "••••••"
	default:
		return value[:1] + "••••••" + value[len(value)-1:]
	}
}

// String is the mask.
func (n Number) String() string { return n.Mask() }

// GoString is the mask, for %#v.
func (n Number) GoString() string { return "nir.Number(" + n.Mask() + ")" }

// MarshalText gives the mask. There is no way back from it.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.Mask()), nil }

// MarshalJSON gives the mask, which needs no escaping, as a JSON string.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(`"` + n.Mask() + `"`), nil }
