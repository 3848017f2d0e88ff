package gallery

import (
	"strconv"
	"time"

	"moncompte/components"
)

func passkeys(p components.Page) []Story {
	paris := time.FixedZone("CEST", 2*60*60)
	evening := time.Date(2025, time.June, 3, 18, 5, 0, 0, paris)
	phone := components.PasskeyView{ID: "TEL", Name: "Chrome sur Android", Added: evening.Add(-240 * time.Hour), Used: evening}
	old := components.PasskeyView{ID: "VIEUX", Name: "Ancien téléphone de Camille", Added: evening.Add(-900 * time.Hour), Replaced: true}
	unnamed := components.PasskeyView{ID: "SANS", Added: evening}
	both := []components.PasskeyView{phone, old, unnamed}

	story := func(name string, v components.PasskeysView) Story {
		v.Page = signedIn(p, "/mon-compte/cles")
		return Story{Group: "Clés d’accès", Name: name, Component: components.Passkeys(v)}
	}
	proof := func(v components.ProofView) *components.ProofView {
		v.Page, v.Back = p, "/mon-compte/cles"
		return &v
	}
	var many []components.PasskeyView
	for range p.Limits.Passkeys {
		v := phone
		v.ID += strconv.Itoa(len(many))
		many = append(many, v)
	}
	return []Story{
		story("Aucune", components.PasskeysView{}),
		story("Trois", components.PasskeysView{Passkeys: both}),
		story("Dix", components.PasskeysView{Passkeys: many}),
		story("Preuve demandée", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{})}),
		story("Preuve par un code", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{NoPassword: true})}),
		story("Preuve par une autre connexion", components.PasskeysView{Passkeys: both, Proof: &components.ProofView{NoPassword: true}}),
		story("Preuve sans mot de passe", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{Missing: true})}),
		story("Preuve refusée", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{Wrong: true})}),
		story("Preuve, trop d’essais", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{Wait: time.Minute})}),
		story("Preuve, trop de monde", components.PasskeysView{Passkeys: both, Proof: proof(components.ProofView{Busy: true})}),
		story("Ajout refusé", components.PasskeysView{Problem: components.PasskeyFailed}),
		story("Trop nombreuses", components.PasskeysView{Passkeys: many, Problem: components.PasskeyMany}),
		story("Seul moyen", components.PasskeysView{Passkeys: both[:1], Problem: components.PasskeyLastWay}),
		story("Déjà supprimée", components.PasskeysView{Passkeys: both[:1], Problem: components.PasskeyGone}),
		story("Nom vide", components.PasskeysView{Passkeys: both[:1], Problem: components.PasskeyNameMissing, Named: phone.ID}),
	}
}
