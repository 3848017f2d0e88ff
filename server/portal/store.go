package portal

import (
	"context"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// Store keeps everything. It answers questions by itself; what must stand together is written in a unit of work.
type Store interface {
	Reads
	// Begin begins a unit of work. It may wait for its turn, as long as ctx does. Everybody else's writes may wait for its end:
	// no hash is computed and nothing is sent between Begin and Commit, and no other unit is begun.
	Begin(ctx context.Context) (Tx, error)
	// MakeReady does for rows what it costs to keep accounts that are not there yet, and needs no unit of work: the sealing.
	MakeReady(rows []ImportRow) error
}

// Reads are what the domain asks. Within a unit of work they see what it has written.
type Reads interface {
	// Account returns ErrNoAccount when there is none.
	Account(ctx context.Context, id AccountID) (Account, error)
	// AccountOf returns the zero Account when no account has that identifier.
	AccountOf(ctx context.Context, n nir.Number) (Account, error)
	// Stored tells for each row whether its identifier has an account.
	Stored(ctx context.Context, rows []ImportRow) ([]bool, error)
	// Credential returns the zero Credential when no account has that identifier.
	Credential(ctx context.Context, n nir.Number) (Credential, error)
	// KnownDevice returns the name under which the browser that holds the token is remembered with this identifier, ""
	// when it never signed in to it. The name is not the token. ours tells whether the token was given by us at all, for
	// any account: several people may use one browser.
	KnownDevice(ctx context.Context, token keys.Secret, n nir.Number) (device string, ours bool, err error)
	// Bucket returns what is counted against the subject, the zero Bucket when nothing is. It locks nothing.
	Bucket(ctx context.Context, subject Subject) (Bucket, error)
	// Tallied returns what was counted of it since then, whole hours.
	Tallied(ctx context.Context, what Tally, since time.Time) (int, error)
	// NoneTaken tells whether a message by that channel that was written then came to nothing, and none of that time was taken.
	NoneTaken(ctx context.Context, c Channel, from, until time.Time) (bool, error)
	// UntakenSMS counts the SMS with codes that were written since then, whole hours, and that no gateway took.
	UntakenSMS(ctx context.Context, since time.Time) (Untaken, error)
	// RememberedUntil returns until when the browser that holds the token needs no second step for the account, zero when it is not
	// known.
	RememberedUntil(ctx context.Context, token keys.Secret, id AccountID) (time.Time, error)
	// EnteredFrom tells whether the account was entered from the browser that holds the token, and it is still known for it.
	EnteredFrom(ctx context.Context, id AccountID, token keys.Secret) (bool, error)
	// Schemes counts the accounts with a password by the scheme of its hash, of all or of as many as tell the shares.
	Schemes(ctx context.Context) (map[string]int, error)

	// Recipient returns whom a code for that identifier may be sent to, zero when it has no account or a disabled one.
	Recipient(ctx context.Context, n nir.Number) (Recipient, error)
	// Flow returns an open flow, or ErrNoFlow.
	Flow(ctx context.Context, token keys.Secret, now time.Time) (Flow, error)
	// FinishedFlow returns what the flow set after since, or ErrNoFlow.
	FinishedFlow(ctx context.Context, token keys.Secret, since time.Time) (Finished, error)

	// LeftSession returns the account of what is left of a session under the hash of its token, or ErrNoFlow.
	LeftSession(ctx context.Context, token string) (AccountID, error)

	// Disowning returns what the token was given for after since, used or not, or ErrNoDisowning.
	Disowning(ctx context.Context, token keys.Secret, since time.Time) (Disowning, error)

	// Linked returns the zero Linked when no account is linked to the subject.
	Linked(ctx context.Context, issuer string, subject, device keys.Secret) (Linked, error)
	// Candidates counts the accounts kept under one of the pivot keys.
	Candidates(ctx context.Context, pivots []string) (int, error)
	// Linking returns ErrNoLinking unless the linking began after since and was not used.
	Linking(ctx context.Context, token keys.Secret, since time.Time) (Identity, error)
	// AccountLink returns the zero Link when the account has none at the issuer.
	AccountLink(ctx context.Context, id AccountID, issuer string) (Link, error)
	// OpenSignOut returns the browser's latest sign-out that began after since and did not come back, or ErrNoVisit.
	OpenSignOut(ctx context.Context, browser keys.Secret, since time.Time) (Visit, error)

	// Passkeys returns the account's, the oldest first.
	Passkeys(ctx context.Context, id AccountID) ([]Passkey, error)
	// PasskeyOwner finds a passkey by the id that its device gave it; a zero owner when no account has it.
	PasskeyOwner(ctx context.Context, credential []byte, device keys.Secret) (PasskeyOwner, error)
	// PasskeyUser returns the account's handle, nil before the first passkey, and whether its owner was told of passkeys.
	PasskeyUser(ctx context.Context, id AccountID) (handle []byte, offered bool, err error)
}

// Tx is a unit of work: what it writes stands together once Commit has returned nil, or not at all. Rows are locked in one
// order, so that no two units wait for each other: counters, the account, its linking and links, its devices, its sessions,
// its flows, and messages last.
type Tx interface {
	Reads
	Commit() error
	// Rollback does nothing once committed.
	Rollback()

	// LockBuckets returns what is counted against each subject, and keeps others from counting until the unit ends.
	LockBuckets(ctx context.Context, at time.Time, subjects ...Subject) ([]Bucket, error)
	SaveBuckets(ctx context.Context, at time.Time, subjects []Subject, buckets []Bucket) error
	// AddTally counts n of it at that time. Many may count at once.
	AddTally(ctx context.Context, what Tally, at time.Time, n int) error
	// Unlock forgets every attempt on the account, by strangers and by its own devices.
	Unlock(ctx context.Context, id AccountID) error

	// AddAccounts creates the accounts of rows that MakeReady was given, of identifiers that have none.
	AddAccounts(ctx context.Context, rows []ImportRow) error
	// ImportAccount updates the account of the row, which has its ID. A stored password is replaced only by a row that says so, which
	// ends the sessions.
	ImportAccount(ctx context.Context, row ImportRow) error
	// UpgradeHash replaces the hash that was verified, unless another password was set meanwhile.
	UpgradeHash(ctx context.Context, id AccountID, verified, upgrade keys.Secret, scheme string) error
	// Enter keeps a sign-in and its session, and remembers the browser: none without the others. It returns ErrUnauthorized when
	// the account's sessions were ended since the proof, by a new password for one: what was proved opens nothing any more.
	Enter(ctx context.Context, session Session, row SessionRow) error
	// KeepSession keeps a session without a sign-in, or returns ErrUnauthorized when it is not of the account's epoch.
	KeepSession(ctx context.Context, row SessionRow) error
	// HoldSession returns ErrUnauthorized unless the session is still open and of the account's present epoch. Until the unit ends the
	// session stays open, and no other unit holds one of the account.
	HoldSession(ctx context.Context, row SessionRow) error
	// LeaveSession keeps what is left of a session that has ended: it opens nothing.
	LeaveSession(ctx context.Context, row SessionRow) error
	// EndSessionsBy ends the account's sessions that were opened by that method, except the one with the ID keep.
	EndSessionsBy(ctx context.Context, id AccountID, method Method, keep string) error
	AddDisowning(ctx context.Context, token keys.Secret, d Disowning) error
	// ReplaceContact puts an address in the place of that of its channel, and keeps the one that the account had for RestoreContacts.
	ReplaceContact(ctx context.Context, had Account, channel Channel, to keys.Secret, at time.Time) error
	// RestoreContacts puts the addresses back that were replaced since then, that moment included.
	RestoreContacts(ctx context.Context, id AccountID, since, at time.Time) error
	// TakeDisowning uses the token up, and those of the account that were given since: an older one may undo more. It returns
	// ErrNoDisowning when it was used before.
	TakeDisowning(ctx context.Context, token keys.Secret, id AccountID, at time.Time) error
	// ClearPassword leaves the account without a password, and notes that an import must not bring it back.
	ClearPassword(ctx context.Context, id AccountID, at time.Time) error
	// EndWaysSince ends the links and removes the passkeys that were made after since.
	EndWaysSince(ctx context.Context, id AccountID, since, at time.Time) error
	// AddMessage puts a message into the outbox.
	AddMessage(ctx context.Context, m Message) error

	// AddFlow keeps a flow that begins, and names it. An identifier without an account gets the same row.
	AddFlow(ctx context.Context, f NewFlow) (FlowRef, error)
	// CountSend counts another message of the flow, by that channel, and returns its code, zero when the flow is not open to one.
	CountSend(ctx context.Context, flow FlowRef, channel Channel, at time.Time) (code keys.Secret, err error)
	// SentBy notes the channel by which a message of the flow really left.
	SentBy(ctx context.Context, flow FlowRef, channel Channel) error
	// CloseFlow ends the flow: nothing of it opens anything any more.
	CloseFlow(ctx context.Context, flow FlowRef, at time.Time) error
	// CountTry counts a try of the flow, or returns ErrNoFlow when it takes no more.
	CountTry(ctx context.Context, flow FlowRef) (Tried, error)
	// ConsumeCode uses the code up, once, and never one that was handed to no gateway, such as that of a flow without an account.
	ConsumeCode(ctx context.Context, flow FlowRef, at time.Time) (consumed bool, err error)
	SetPassword(ctx context.Context, id AccountID, hash keys.Secret, scheme string, at time.Time) error
	ForgetDevices(ctx context.Context, id AccountID) error
	// RememberDevice gives the browser that holds the token a count of its own for the account. Until that moment it needs no second
	// step either, or until a later one that was said before; zero = as it is.
	RememberDevice(ctx context.Context, id AccountID, device keys.Secret, at, until time.Time) error
	EndSessions(ctx context.Context, id AccountID) error
	// FinishFlow closes a flow of the account whose code was given after since, or returns ErrNoFlow.
	FinishFlow(ctx context.Context, flow FlowRef, id AccountID, at, since time.Time) error
	// EndFlows closes every flow of the account and takes back the messages that are not sent yet.
	EndFlows(ctx context.Context, id AccountID, at time.Time) error

	AddVisit(ctx context.Context, browser keys.Secret, v Visit) error
	// TakeVisit closes the browser's visit with that state and returns it. It returns ErrVisitUsed when the browser has
	// closed it before, and ErrNoVisit when there is none that began after since.
	TakeVisit(ctx context.Context, browser, state keys.Secret, way Way, since, now time.Time) (Visit, error)
	AddLinking(ctx context.Context, token keys.Secret, id Identity, at time.Time) error
	// TakeLinking uses the linking up, or returns ErrNoLinking when it was used or did not begin after since.
	TakeLinking(ctx context.Context, token keys.Secret, since time.Time) error
	// ReplaceLinks ends the account's link at the issuer and the subject's, which stay as ended rows, and makes a new one. It
	// returns the other account that the subject opened until then, "" without one.
	ReplaceLinks(ctx context.Context, id AccountID, identity Identity, at time.Time) (loser AccountID, err error)
	// UseLink notes a use of the account's link, or returns ErrNotLinked when there is none.
	UseLink(ctx context.Context, id AccountID, identity Identity, at time.Time) error
	// EndLink ends the account's link at the issuer, and returns false when it had none.
	EndLink(ctx context.Context, id AccountID, issuer string, at time.Time) (ended bool, err error)

	AddChallenge(ctx context.Context, browser keys.Secret, c Challenge) error
	// TakeChallenge uses a challenge of the browser up and returns its session, or ErrNoChallenge when it was used, did not begin
	// after since or is not about that account, "" for a sign-in.
	TakeChallenge(ctx context.Context, browser keys.Secret, value string, account AccountID, since time.Time) (session []byte, err error)
	// PasskeyHandle returns the account's handle, which is fresh from the first time on and stays for ever.
	PasskeyHandle(ctx context.Context, id AccountID, fresh []byte) (handle []byte, err error)
	// SetPasskeyOffered notes that the account's owner was told of passkeys. fresh is the handle of an account that has none yet.
	SetPasskeyOffered(ctx context.Context, id AccountID, fresh []byte, at time.Time) error
	// AddPasskey returns ErrPasskeyRefused when there is such a passkey already, for whomever.
	AddPasskey(ctx context.Context, p Passkey) error
	// UsePasskey keeps the credential as it is after its use, or returns ErrNoPasskey when it was removed.
	UsePasskey(ctx context.Context, p Passkey, at time.Time) error
	// NamePasskey and RemovePasskey return ErrNoPasskey when the account has none with that id.
	NamePasskey(ctx context.Context, account AccountID, id, name string) error
	RemovePasskey(ctx context.Context, account AccountID, id string) error
}

// alone runs one write in a unit of work of its own.
func alone(ctx context.Context, s Store, write func(Tx) error) error {
	tx, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := write(tx); err != nil {
		return err
	}
	return tx.Commit()
}
