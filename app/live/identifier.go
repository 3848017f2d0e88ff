package live

import (
	"moncompte/app/nir"
	"moncompte/components"
)

// identifierView is what stands under the identifier field while somebody types in it, or when it has been left.
func identifierView(typed string, r nir.Report, left bool) components.FieldView {
	return components.LiveIdentifier(said, typed, r, r.Problem == nir.Empty || !left && (r.OK() || unfinished(r)))
}

// unfinished reports whether typing on may be all that is missing. The number of the file has 7 digits, which every number has
// on its way to 13; the 14th character may be the first of the key; and a provisional identifier may begin like anything.
func unfinished(r nir.Report) bool {
	switch r.Problem {
	case nir.Empty, nir.Missing:
		return true
	case nir.Surplus:
		return r.Count == 14
	case nir.WrongProvisional:
		return r.Character == 0 || r.LetterForDigit
	}
	return false
}
