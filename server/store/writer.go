package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

const (
	// togetherMost is how many units of work one transaction commits at most.
	togetherMost = 64
	// heldMost is how long a unit may take before it is taken back. Statements and nothing else happen in one, so that only a
	// fault of ours takes so long, and it must not stop everybody else for good.
	heldMost = time.Minute
)

var (
	errClosed = errors.New("store: closed")
	errHeld   = errors.New("store: a unit of work was not ended in time")
)

// writer gives out SQLite's one writing connection. The units of work that wait for it share a transaction, one after the
// other, each but the first in a savepoint of its own, and with it the price of a commit: many people who sign in at once
// wait for one flush to the disk instead of one each. No commit returns before the transaction is on the disk.
type writer struct {
	prepared *prepared
	trace    func(string)
	waiting  chan *unit
	quit     chan struct{}
	close    func() // ends the writer after the transaction that runs
}

func newWriter(db *sql.DB, trace func(string)) *writer {
	w := &writer{prepared: newPrepared(db), trace: trace, waiting: make(chan *unit), quit: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(w.run)
	w.close = sync.OnceFunc(func() {
		close(w.quit)
		running.Wait()
	})
	return w
}

// begin waits for its turn. Whoever leaves before it has written nothing.
func (w *writer) begin(ctx context.Context) (*unit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u := &unit{waits: ctx, turn: make(chan error), ended: make(chan bool, 1), done: make(chan struct{})}
	select {
	case w.waiting <- u:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-w.quit:
		return nil, errClosed
	}
	select {
	case err := <-u.turn:
		return u, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *writer) run() {
	for {
		select {
		case <-w.quit:
			return
		case first := <-w.waiting:
			w.share(first)
		}
	}
}

// next returns a unit that is waiting, nil when there is none.
func (w *writer) next() *unit {
	select {
	case u := <-w.waiting:
		return u
	default:
		return nil
	}
}

// share lets the first unit and those that wait by then write in one transaction, and commits it for all of them.
func (w *writer) share(first *unit) {
	tx, err := w.prepared.db.BeginTx(context.Background(), nil)
	if err != nil {
		first.begins(err) // the others may be luckier: each waits as long as it wants to
		return
	}
	defer w.prepared.learn()
	var lent []*unit
	written := false
	for u := first; u != nil; u = w.next() {
		lent = append(lent, u)
		var stands bool
		stands, err = w.lend(u, tx, written)
		written = written || stands
		if err != nil || !written || len(lent) == togetherMost {
			break // those who wait have a transaction of their own
		}
	}
	if err == nil && written {
		err = tx.Commit()
	} else {
		tx.Rollback()
	}
	for _, u := range lent {
		u.err = err
		close(u.done)
	}
}

// lend gives the transaction to one caller until the unit ends, and reports whether it stands: what a unit did that was not
// committed is undone. The first unit that writes needs no savepoint. The error says that the transaction cannot go on: SQLite
// ends it by itself after some faults, such as a full disk, and then knows no savepoint.
func (w *writer) lend(u *unit, tx *sql.Tx, apart bool) (stands bool, err error) {
	u.on = &preparedTx{Tx: tx, prepared: w.prepared}
	if apart {
		if err := u.on.all(`SAVEPOINT apart`); err != nil {
			u.begins(err)
			return false, err
		}
	}
	committed := false
	if u.begins(nil) {
		overdue := time.NewTimer(heldMost)
		defer overdue.Stop()
		select {
		case committed = <-u.ended:
		case <-overdue.C:
			return false, errHeld // the rollback that follows lets no statement of the unit run after it
		}
	}
	switch {
	case !apart:
		return committed, nil
	case committed:
		return true, u.on.all(`RELEASE apart`)
	}
	return false, u.on.all(`ROLLBACK TO apart`, `RELEASE apart`)
}

// unit is one caller's part of a shared transaction. It is used by one goroutine at a time.
type unit struct {
	on    *preparedTx
	waits context.Context // the caller's, until the turn comes
	turn  chan error
	ended chan bool     // true to commit
	done  chan struct{} // closed once err is known
	err   error
}

// begins tells the caller that the turn has come, or why it does not. It returns false when the caller has left.
func (u *unit) begins(err error) bool {
	select {
	case u.turn <- err:
		return true
	case <-u.waits.Done():
		return false
	}
}

// Commit returns once the shared transaction is on the disk.
func (u *unit) Commit() error { return u.end(true) }

// Rollback undoes what the unit did and nothing else. It returns once the shared transaction has ended, like Commit: what the
// unit has read there may be the work of another one, which is not on the disk before.
func (u *unit) Rollback() error { return u.end(false) }

func (u *unit) end(commit bool) error {
	if u.on.over {
		return sql.ErrTxDone
	}
	u.on.over = true
	u.ended <- commit
	<-u.done
	return u.err
}
