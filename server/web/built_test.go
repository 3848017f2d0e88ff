package web_test

import _ "moncompte/static/built" // a fresh clone says which task to run
