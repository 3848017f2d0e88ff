package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"moncompte/server/passhash"
	"moncompte/server/portal"
)

// demoAccounts are fictitious people, as an import file without passwords.
const demoAccounts = `identifier,birth_name,used_name,given_names,sex,birthdate,birthplace,birthcountry,email,phone
2690549588157,DURAND,,Nathalie,female,1969-05-12,49007,99100,nathalie.durand@example.org,+33639980001
1850578006048,LE GOFF,,Yann Marie,male,1985-05-03,78006,99100,yann.legoff@example.org,+33639980002
284052A321025,CASANOVA,ROSSI-LECLERC,Maria Letizia,female,1984-05-21,2A004,99100,,+33639980003
7910999352017,BENALI,,Karim,male,1991-09-00,,99352,karim.benali@example.org,
P2026ABC45,NGUYEN,,Thi Lan,female,1999-01-30,,99243,lan.nguyen@example.org,+33639980004
`

// demoPassword opens all of them: the accounts are nobody's.
const demoPassword = "tambour violet 47 nuages"

type demoCommand struct{}

func (demoCommand) Run(p program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	// An account whose password is published must not exist outside a demonstration (OWASP ASVS 5.0 V6.3.2).
	if !c.Dev {
		return errors.New("demonstration accounts are for dev mode: set MONCOMPTE_DEV=1")
	}
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()

	lines := strings.Split(strings.TrimSpace(demoAccounts), "\n")
	var file strings.Builder
	fmt.Fprintf(&file, "%s,password_hash\n", lines[0])
	for _, line := range lines[1:] {
		phc, err := passhash.New(demoPassword, passhash.Params{}, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(&file, "%s,%q\n", line, phc)
	}
	result, err := portal.Import(p.ctx, s.Store, strings.NewReader(file.String()), portal.ImportOptions{Pattern: c.Provisional})
	if err != nil {
		return err
	}
	if len(result.Bad) > 0 {
		return fmt.Errorf("demonstration account on line %d: %s", result.Bad[0].Line, result.Bad[0].Reason)
	}
	fmt.Fprintln(p.out, "Demonstration accounts (fictitious):")
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  IDENTIFIER\tPASSWORD\tNAME")
	for _, line := range lines[1:] {
		f := strings.Split(line, ",")
		fmt.Fprintf(w, "  %s\t%s\t%s %s\n", f[0], demoPassword, f[3], f[1])
	}
	return w.Flush()
}
