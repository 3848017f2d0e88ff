package store

import "context"

// NearestID is nearest where the id is what is read: "" when there is no row to read.
func (s *Store) NearestID(ctx context.Context, identifier string) (id string, found bool, err error) {
	found, err = s.nearest(ctx, identifier, `id`, func() []any { return []any{&id} })
	return id, found, err
}

// Use puts a version to use although the instance that was killed after so many beats lacks it.
func (s *Store) Use(ctx context.Context, version int, killed string, beats int64) error {
	return s.use(ctx, version, []any{program{id: killed, beats: beats}.at()})
}
