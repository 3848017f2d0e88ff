package words

// Shell is what the front end draws by itself: one notice at a time, and its buttons.
type Shell struct {
	Name string // of the region, for the ear

	Offline     string
	OfflineHelp string // the same, where the help can be read
	Back        string // the network is there again
	Update      string // a new version waits
	Install     string // it can be installed
	InstallHand string // by the menu of an iPhone or iPad

	UpdateNow, UpdateLater   string // buttons
	InstallNow, InstallNever string
	InstallHandUnderstood    string
}
