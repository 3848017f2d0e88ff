package store_test

import (
	"testing"
	"time"

	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// contract is what every engine must do.
var contract = []struct {
	name string
	run  func(*testing.T, *database)
}{
	{"an imported account comes back as it was", importRoundTrip},
	{"importing again updates and keeps a chosen password", importAgain},
	{"an imported password replaces a stored one only when told to", passwordsStay},
	{"an imported password fills no place that its owner has emptied", disownedPassword},
	{"a file of many rows is imported as one of few", bulkImport},
	{"what was made ready under an older key is written under the one in use", readyUnderTheKeyInUse},
	{"a column that is absent leaves what is stored", absentColumns},
	{"nothing personal is readable in the database", nothingReadable},
	{"of parallel attempts none gets past the limit", parallelAttempts},
	{"what is counted stands with its unit of work", buckets},
	{"a unit of work sees what it has written and nobody else does", readsWithin},
	{"unlocking forgets the attempts of strangers and of devices", unlocking},
	{"a device is known with the identifiers that it signed in to", devices},
	{"an upgraded hash never undoes a new password", hashUpgrade},
	{"nobody gives an account the password of another without the keys", otherPassword},
	{"nobody gives an account the session of another without the keys", otherSession},
	{"nobody gives an account the number of another without the keys", otherIndex},
	{"nobody gives an account the link of another without the keys", otherLink},
	{"nobody gives a flow another account, or a code that nobody gave, without the keys", otherFlow},
	{"links of an earlier release are bound by a change of keys", earlierLinks},
	{"passwords of an earlier release are sealed by a change of keys", earlierPasswords},
	{"a session comes back until it ends", sessionRoundTrip},
	{"a sign-in and its session stand or fall together", enteredTogether},
	{"a request that is under way does not revive a session", noRevival},
	{"the epoch and disabling end every session", epochEnds},
	{"other sessions end and this one stays", endOthers},
	{"a session that has ended changes nothing any more", heldSession},
	{"what is left of a session opens nothing", leftSession},
	{"a session that is remembered for a moment ends at once here and within a second elsewhere", recentSessions},
	{"a proxy moves the end of a session on and nothing else of it", prolonged},
	{"of two changes from inside an account one waits for the other", oneAfterTheOther},
	{"what has expired is swept", sweeping},
	{"a flood of made-up numbers leaves so many rows each, for so long", flood},
	{"much is swept in parts", sweptInParts},
	{"what people have done is kept as long as the operator says", keptAsLongAsSaid},
	{"the outbox keeps the worker's contract", outboxContract},
	{"a closed message holds no address and no content", closedMessages},
	{"an operator sees where a message is, and hurries it or gives it up", seenMessages},
	{"two instances never claim the same message", twoWorkers},
	{"a message that cannot be read stops no other", unreadableMessage},
	{"a code is right, wrong, expired, used up or another flow's", codes},
	{"five tries are counted and a code is consumed once", codeOnce},
	{"a code that nobody was sent opens nothing", nobodysCode},
	{"a hundred wrong codes at once are compared five times", parallelWrongCodes},
	{"the right code a hundred times at once sets one password", parallelRightCode},
	{"the same statements run whether or not there is an account", recoveryTraces},
	{"a flow goes on under a newer key", rotatedKeys},
	{"who has no account reads the row at the next place", nearestRow},
	{"no identifier has the account of another", neighbours},
	{"the same code is sent again after a minute and three times at most", resending},
	{"only a code that is open is sent again", resendNeedsAnOpenCode},
	{"of parallel requests for the code one sends it", parallelResends},
	{"an account and the service have their limits of messages", limitsOfMessages},
	{"an import tells those whose password or address it replaces", importTells},
	{"what no gateway took counts for nobody", untaken},
	{"what no gateway took does not count where it was asked for either", sourceUntaken},
	{"what was given back to the service is given back to whoever it counted against", othersUntaken},
	{"what was not delivered counts for nobody, and the service has paid for it", undelivered},
	{"an e-mail that goes as an SMS is one of five a day", phoneAlone},
	{"many accounts send one new address no more codes than one does", sameNewAddress},
	{"an address that was refused for good leads to the other", refusedForGood},
	{"a code that is sent again may turn to the other channel", resendTurns},
	{"a new password ends sessions, flows, their messages, and makes its browser known", finishing},
	{"only this flow's own code finishes it", finishNeedsThisFlowsCode},
	{"a flow that set a password is known from one that was ended", finished},
	{"a new password is set wholly or not at all", finishIsWhole},
	{"two flows of one account that end at once set one password", twoFlowsAtOnce},
	{"nothing personal is readable in flows and messages", recoveryUnreadable},
	{"old flows and messages are swept", recoverySweep},
	{"a second step keeps its pair and goes over to the other channel", secondStep},
	{"a browser is remembered until its day", remembering},
	{"a link opens its account and is used", linkRoundTrip},
	{"a link ends by another one or by its owner, and stays for the audit", linkEnds},
	{"a linking makes one link", linkingOnce},
	{"a notice is disowned once, and those that came after it with it", disownings},
	{"whoever disowns a notice ends the ways in that were made since", endedWays},
	{"a visit is closed once, by its own browser", visitOnce},
	{"a sign-out finds its way", signOutVisits},
	{"candidates are found by birth date and name", candidates},
	{"nothing of an identity is readable in the database", nothingLinkedReadable},
	{"a passkey is kept, used, named and removed by its owner", passkeys},
	{"a passkey that was given to another account opens none", passkeyMoved},
	{"a challenge is taken once, by its own browser and for its own end", challenges},
	{"the handle of an account's passkeys stays", passkeyHandles},
	{"migrating twice at once is harmless", migrateTwice},
	{"a change of keys loses nothing and gives no fresh guesses", rotation},
	{"an account that moves between two look-ups is found", movedMeanwhile},
	{"people sign in and recover on two instances while the keys change", rotatingWhileServing},
	{"a new key protects nothing before every instance has it", rotatingWaits},
	{"a change of keys that is cut off goes on", rotatingResumes},
	{"attempts under two keys are counted together", countingUnderTwoKeys},
	{"who was frozen while the keys changed answers nobody without them", frozen},
	{"keys of another database are refused", otherKeysAreRefused},
	{"a key that something needs is not dropped", neededKeysStay},
	{"a check finds what cannot be opened or found, by its column", checking},
	{"every column of bytes is protected or needs no key", listed},
	{"a person reads what is kept about them, and is erased whole", personal},
	{"a flow of who is signed in keeps its session and its end", ownFlows},
	{"addresses that were replaced come back whole, to their own account", contacts},
	{"whatever is changed in the audit log is found", auditChain},
	{"the audit log goes on past what is erased and under other keys", auditGoesOn},
	{"instances write one audit log", auditTogether},
	{"instances that erase at once leave one audit log", sweptTogether},
	{"a backup is a sound copy", backup},
}

// TestStoreContract gives each part an empty database of each engine.
func TestStoreContract(t *testing.T) {
	for _, engine := range storetest.Engines {
		for _, part := range contract {
			t.Run(engine.Name+"/"+part.name, func(t *testing.T) {
				d := &database{url: engine.URL(t), keys: storetest.Keys(t),
					Watch: storetest.NewWatch(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))}
				d.store = storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock, Trace: d.Trace})
				part.run(t, d)
			})
		}
	}
}
