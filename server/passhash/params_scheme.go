package passhash

// Scheme is the scheme of the hashes that New makes with these costs.
func (p Params) Scheme() string { return (&argon2id{params: p.orDefault()}).scheme() }
