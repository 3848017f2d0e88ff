package portal_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestAnIdentityDoesNotPrint(t *testing.T) {
	id := portal.Identity{Issuer: "https://fc.example.test", Subject: keys.NewSecret("subject"), ACR: "eidas1",
		Civil: portal.Civil{BirthName: "DUBOIS", GivenNames: "Angela"}, IDToken: keys.NewSecret("a.b.c")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, id); text != "[identity]" {
			t.Errorf("%s prints %s", verb, text)
		}
		if text := fmt.Sprintf(verb, struct{ ID portal.Identity }{id}); strings.Contains(text, "DUBOIS") || strings.Contains(text, "eidas1") {
			t.Errorf("%s prints it inside another value: %s", verb, text)
		}
	}
	if text, err := json.Marshal(id); err != nil || string(text) != `"[identity]"` {
		t.Errorf("JSON holds %s, %v", text, err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "id", id)
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "id", id)
	if strings.Count(log.String(), "[identity]") != 2 || strings.Contains(log.String(), "DUBOIS") {
		t.Errorf("the log holds %s", log.String())
	}
}

func TestATokenIsReadOnlyInTheShapeThatWeMake(t *testing.T) {
	token := portal.NewToken().Reveal()
	if portal.ParseToken(token).Reveal() != token {
		t.Error("one of ours is refused")
	}
	for _, text := range []string{"", "undefined", token[1:], token + "a", token[1:] + "=", token[1:] + "\n", token[1:] + "+", strings.Repeat("é", 43)} {
		if !portal.ParseToken(text).IsZero() {
			t.Errorf("%q is taken for a token", text)
		}
	}
}
