package franceconnect

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// freshFor is how long a provider's document is used; FranceConnect serves them with max-age=600.
const freshFor = 10 * time.Minute

// cached is one document of the provider, fetched when it is first needed and again after freshFor. Callers that wait at the same
// time share one fetch.
type cached[T any] struct {
	now     func() time.Time
	timeout time.Duration // of one fetch
	fetch   func(context.Context) (T, error)
	flight  singleflight.Group

	mu    sync.Mutex
	value T
	at    time.Time // zero = never fetched
}

func newCached[T any](now func() time.Time, timeout time.Duration, fetch func(context.Context) (T, error)) *cached[T] {
	return &cached[T]{now: now, timeout: timeout, fetch: fetch}
}

// get returns the document, not older than freshFor.
func (c *cached[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	value, at := c.value, c.at
	c.mu.Unlock()
	// A clock that was set back must not make a document eternal.
	if age := c.now().Sub(at); !at.IsZero() && age >= 0 && age < freshFor {
		return value, nil
	}
	return c.refetch(ctx)
}

// refetch returns a document that was asked for just now. The old one stays when that fails.
func (c *cached[T]) refetch(ctx context.Context) (T, error) {
	done := c.flight.DoChan("", func() (any, error) {
		// The fetch is everybody's: the first caller to leave does not end it for the others.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.timeout)
		defer cancel()
		value, err := c.fetch(ctx)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.value, c.at = value, c.now()
		return value, nil
	})
	var none T
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case r := <-done:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(T), nil
	}
}
