package notify_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

func TestMemoryKeepsTheLastMessagesNewestFirst(t *testing.T) {
	var g notify.Memory
	if got := g.Messages(); got == nil || len(got) != 0 {
		t.Errorf("an empty list is a list: %v", got)
	}
	for i := range 203 {
		m := text(fmt.Sprint(i), fmt.Sprint("body ", i))
		if i == 202 {
			m = message("last", portal.Email)
		}
		send(t, &g, m)
	}
	got := g.Messages()
	if len(got) != 200 || got[1].Body != "body 201" || got[199].Body != "body 3" || got[1].To != number || got[1].Channel != portal.SMS {
		t.Errorf("%d messages, %+v … %+v", len(got), got[1], got[199])
	}
	raw, err := json.Marshal(got[0])
	check.OK(t, err)
	var fields map[string]string
	check.OK(t, json.Unmarshal(raw, &fields))
	if len(fields) != 5 || fields["channel"] != "email" || fields["to"] != mailbox || fields["subject"] != code+" est votre code Mon Compte" ||
		fields["body"] == "" || fields["at"] == "" {
		t.Errorf("shown as %s", raw)
	}
}
