package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/passhash"
)

// person is somebody fictitious.
type person struct{ identifier, password, name, email, phone string }

// people returns n of them: half have a NIR and half a provisional identifier. All that must stay out of logs is
// registered.
func people(n int) []person {
	all := make([]person, n)
	for i := range all {
		p := person{
			identifier: fmt.Sprintf("185057800%04d", 6001+i),
			password:   fmt.Sprintf("cinq pommes d’été %04d", i),
			name:       fmt.Sprintf("Quimperlé-%04d", i),
			email:      fmt.Sprintf("personne%04d@example.org", i),
			phone:      fmt.Sprintf("+33639981%03d", i),
		}
		if i%2 == 1 {
			p.identifier = fmt.Sprintf("P2026Z%04d", i)
		}
		all[i] = p
		p.register()
	}
	return all
}

func (p person) register() {
	logged.secret("identifier", p.identifier)
	logged.secret("password", p.password)
	logged.secret("name", p.name)
	logged.secret("e-mail", p.email)
	logged.secret("phone", p.phone)
}

func (p person) number(t testing.TB) nir.Number {
	t.Helper()
	n, report := nir.Parse(p.identifier, nil)
	if !report.OK() {
		t.Fatalf("identifier of a test: %s", report.Problem)
	}
	return n
}

// cheap makes tests short: hashes that cost next to nothing. Signing in replaces them by proper ones.
var cheap = passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1}

// importFile writes the people into a CSV file and returns its path.
func importFile(t testing.TB, all []person, costs passhash.Params) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "accounts.csv")
	f, err := os.Create(path)
	check.OK(t, err)
	defer f.Close()
	w := csv.NewWriter(f)
	w.Write([]string{"identifier", "birth_name", "given_names", "sex", "birthdate", "email", "phone", "password_hash"})
	for _, p := range all {
		phc, err := passhash.New(p.password, costs, nil)
		check.OK(t, err)
		logged.secret("password hash", phc)
		w.Write([]string{p.identifier, p.name, "Camille", "unspecified", "1985-05-03", p.email, p.phone, phc})
	}
	w.Flush()
	check.OK(t, w.Error())
	return path
}
