package main

import "strings"

// Our own words: those of this service (ASVS 5.0 V6.1.2: a documented list of
// context words), and what people in France put in passwords that the
// published lists, mostly English, miss.
var ownWords = [][]string{
	strings.Fields(`caf cnaf macaf lacaf moncompte moncomptecaf cafmoncompte comptecaf allocation allocations allocataire allocfamiliale allocationsfamiliales
		allocationfamiliale caisse caisseallocations caissedallocationsfamiliales famille familles familial
		familiale prestation prestations aide aides aidesociale prime primeactivite primedactivite rsa apl aah
		paje asf aeeh prepare logement logementsocial aidelogement quotient quotientfamilial securite
		securitesociale secu social sociale ameli impots cartevitale vitale francetravail poleemploi
		franceconnect connexion connection identifiant utilisateur compte mescomptes monespace espace service
		servicepublic mutuelle retraite chomage salaire argent banque administration administrateur`),
	strings.Fields(`motdepasse motdepass motpasse monmotdepasse lemotdepasse nouveaumotdepasse passe mdp secret
		code codesecret moncode password passwort pass passer bienvenue bonjour bonsoir salut coucou merci
		soleil lune etoile chocolat doudou loulou loulous loulotte chouchou chouchoute choupinette cherie cheri
		moncheri macherie monamour amour amours amourtoujours jetaime jetadore jtm jtmtlm jtaime jetaimefort
		bisous bisou calin coeur moncoeur monbebe bebe bebes mabelle princesse prince papillon tresor
		montresor mamour maman papa mamie papy papi tata tonton frere soeur mafille monfils mesenfants enfant
		enfants mesamours mafamille vivelavie lavieestbelle carpediem inchallah hamdoulah bismillah allah
		mohamed islam algerie maroc tunisie portugal senegal mali france frances vivelafrance liberte egalite
		fraternite bordel merde putain connard salope fuckyou caca pipi nounours minou minette chaton toutou
		licorne dragon tigre lion loup cheval chevaux chien chat lapin dauphin oiseau poisson fleur fleurs
		rose tulipe jardin maison voiture moto camion peugeot renault citroen mercedes ferrari football foot
		rugby tennis petanque psg olympique olympiquemarseille allezlom allezpsg mbappe zidane ronaldo messi
		ibrahimovic barcelone realmadrid pokemon pikachu minecraft fortnite starwars harrypotter naruto goku
		onepiece johnny johnnyhallyday mylenefarmer celinedion vacances soleilmer plage montagne musique`),
	strings.Fields(`janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
		printemps ete automne hiver lundi mardi mercredi jeudi vendredi samedi dimanche noel paques
		anniversaire bonneannee joyeuxnoel`),
	strings.Fields(`paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims
		saintetienne toulon lehavre grenoble dijon angers nimes villeurbanne clermontferrand clermont lemans
		aixenprovence brest tours amiens limoges annecy perpignan metz besancon orleans saintdenis argenteuil
		rouen mulhouse montreuil caen nancy tourcoing roubaix nanterre vitry avignon creteil poitiers
		aubervilliers versailles courbevoie larochelle pau calais cannes antibes beziers bourges cayenne
		colmar valence quimper troyes lorient bayonne chambery niort ajaccio bastia corse bretagne alsace
		normandie provence martinique guadeloupe guyane reunion lareunion mayotte mamoudzou fortdefrance
		pointeapitre`),
	strings.Fields(`marie jean pierre michel andre philippe nathalie isabelle sylvie catherine martine christine
		francoise valerie sandrine stephanie veronique sophie celine chantal patricia anne brigitte julie
		monique aurelie nicolas laurent christophe patrick alain daniel bernard thierry jacques eric olivier
		pascal stephane frederic david julien sebastien bruno didier dominique vincent francois christian
		guillaume alexandre thomas antoine maxime romain kevin anthony jeremy mickael florian benjamin mathieu
		alexis quentin lucas hugo theo enzo louis gabriel arthur raphael jules adam leo nathan mathis ethan
		noah emma lea chloe manon camille ines jade louise sarah clara lola zoe alice lina mila rose eva
		juliette laura pauline marine marion charlotte oceane mathilde elodie emilie melanie virginie audrey
		sabrina samira fatima fatiha khadija mohammed ahmed karim rachid said youssef mehdi yanis rayan ibrahim
		aminata fatou mamadou moussa ousmane abdoulaye jeanpierre jeanclaude jeanmarie jeanpaul jeanluc
		jeanmichel marieclaude marietherese annemarie martin bernard dubois durand dupont leroy moreau`),
	strings.Fields(`azerty azertyuiop azertyui qwerty qwertyuiop admin administrator root welcome letmein login
		master princess iloveyou sunshine monkey shadow superman batman toto test testtest demo invite guest
		correcthorsebatterystaple`),
}
