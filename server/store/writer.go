package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// togetherMost is how many writes one transaction commits at most.
const togetherMost = 64

var errClosed = errors.New("store: closed")

// writer runs every write on SQLite's one writing connection. The writes that are waiting when the connection becomes free
// share a transaction, each in a savepoint of its own, and with it the price of a commit: many people who sign in at once
// wait for one flush to the disk instead of one each. None returns before its transaction is on the disk.
type writer struct {
	prepared *prepared
	trace    func(string)
	writes   chan *write
	quit     chan struct{}
	close    func() // ends the writer after the transaction that runs
}

// write is one call of Store.write.
type write struct {
	do       func(statements) error
	err      error
	panicked error
	done     chan struct{}
}

func newWriter(db *sql.DB, trace func(string)) *writer {
	w := &writer{prepared: newPrepared(db), trace: trace, writes: make(chan *write), quit: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(w.run)
	w.close = sync.OnceFunc(func() {
		close(w.quit)
		running.Wait()
	})
	return w
}

// submit returns once do's transaction is committed or rolled back. Who leaves before the turn has written nothing; from
// then on the write goes its way, because do may touch what the caller looks at afterwards.
func (w *writer) submit(ctx context.Context, do func(statements) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mine := &write{do: do, done: make(chan struct{})}
	select {
	case w.writes <- mine:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	<-mine.done
	if mine.panicked != nil {
		panic(mine.panicked) // on the goroutine of the request, where it is caught
	}
	return mine.err
}

func (w *writer) run() {
	for {
		select {
		case <-w.quit:
			return
		case first := <-w.writes:
			for together := w.collect(first); len(together) > 0; {
				together = together[w.commit(together):]
			}
		}
	}
}

// collect adds to the first write those that are waiting already.
func (w *writer) collect(first *write) []*write {
	together := []*write{first}
	for len(together) < togetherMost {
		select {
		case next := <-w.writes:
			together = append(together, next)
		default:
			return together
		}
	}
	return together
}

// commit runs the writes in one transaction and tells their callers. It returns how many it came to: after a fault that
// ends the transaction, the rest has not begun.
func (w *writer) commit(together []*write) (ran int) {
	tx, err := w.prepared.db.BeginTx(context.Background(), nil)
	if err != nil {
		finish(together, err)
		return len(together)
	}
	on := &preparedTx{Tx: tx, prepared: w.prepared}
	q := statements{on, w.trace}
	if len(together) == 1 {
		together[0].run(q)
		ran, err = 1, together[0].err
	}
	for ; ran < len(together) && err == nil; ran++ {
		err = together[ran].runApart(q)
	}
	if err == nil {
		err = tx.Commit()
	} else {
		tx.Rollback()
	}
	finish(together[:ran], err)
	on.learn()
	return ran
}

// finish tells the callers: a write's own failure comes before that of the transaction.
func finish(together []*write, err error) {
	for _, one := range together {
		if one.err == nil {
			one.err = err
		}
		close(one.done)
	}
}

// run keeps the error and the panic for the caller.
func (one *write) run(q statements) {
	defer func() {
		if cause := recover(); cause != nil {
			one.panicked = fmt.Errorf("%v\n%s", cause, debug.Stack())
			one.err = one.panicked
		}
	}()
	one.err = one.do(q)
}

// runApart undoes what a failing write did and nothing else. Its error says that the transaction cannot go on: SQLite ends
// it by itself after some faults, such as a full disk, and then knows no savepoint.
func (one *write) runApart(q statements) error {
	if err := q.all(`SAVEPOINT apart`); err != nil {
		return err
	}
	if one.run(q); one.err != nil {
		return q.all(`ROLLBACK TO apart`, `RELEASE apart`)
	}
	return q.all(`RELEASE apart`)
}

// all runs statements that hold no values, untraced: they depend on who else writes, not on what is written.
func (q statements) all(texts ...string) error {
	for _, text := range texts {
		if _, err := q.on.ExecContext(context.Background(), text); err != nil {
			return err
		}
	}
	return nil
}
