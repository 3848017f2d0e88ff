package store

import "context"

// NearestID is nearest where the id is what is read: "" when there is no row to read.
func (s *Store) NearestID(ctx context.Context, identifier string) (id string, found bool, err error) {
	found, err = s.nearest(ctx, identifier, `id`, func() []any { return []any{&id} })
	return id, found, err
}
