package live

// Run makes the page live. It does not return.
func Run() {
	s := &shell{actions: pageActions{}}
	watchNetwork(s)
	watchForms(s)
	v := &voice{shell: s}
	watchIdentifier(v)
	watchPassword(v)
	watchCapsLock(v)
	watchSearch()
	watchSubmit()
	mount(s)
}
