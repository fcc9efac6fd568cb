import { fold, readLeet } from './words/fold.js'

/**
 * Phrases of placeholders without their separators. Eight letters and more: blind to case and with signs for letters,
 * one of them turns up in a random key once in ten million.
 */
const phrases: readonly string[] = `
changeme changethis changeit changethat changenow changebefore changeinprod changeforprod changedefault changesecret changekey changepassword changetoken
pleasechange mustchange mustbechanged tobechanged shouldbechanged needstobechanged havetochange dontforgettochange remembertochange needtochange
replaceme replacethis replacewith replaceit replacebefore replacein pleasereplace mustreplace tobereplaced toreplace replaceinprod replacesecret
placeholder examplekey examplesecret exampletoken secretexample keyexample examplejwt exampleonly exampleval samplekey samplesecret sampletoken
insertyour insertsecret insertkey inserthere inserttoken insertrandom enteryour entersecret enterhere pasteyour pastehere putyour puthere putsecret putsomething
addyour addhere fillin fillthis filledin fillmein typeyour setyour setthis setmein providea provideyour usea32 useastrong usearandom usestrong userandom
yoursecret yourjwt yourown yourkey yourtoken yourpassword yourapikey yourprivate yourpublic yoursuper yourvery yourstrong yourrandom yourlong yourproduction
yourhs256 your256bit your512bit your128bit your32 yoursigning yourauth yourapp yourencryption yourunique yoursafe yoursecure yoursecuretoken yourredis yourdatabase
mysecret myjwt mysuper myverysecret mytoken mypassword myprivatekey mysigningkey myawesome
secrethere keyhere tokenhere passwordhere valuehere jwthere goeshere
supersecret superstrong supersecure verysecret verysecure topsecret ultrasecret
extremelysecret notsosecret notasecret notsecret notverysecret notreallysecret nosecret
randomsecret randomstring randomkey randomlygenerated somerandom somesecret somestring somelong anyrandom arandom longrandom longsecret longenough secretstring
asecret astringsecret alongsecret averylong averysecret averystrong strongsecret strongpassword strongkey strongrandom securesecret securerandom securetoken securekey
defaultsecret defaultkey defaultjwt defaulttoken defaultpassword secretdefault default256 insecuredefault insecuresecret insecurekey insecurejwt unsafesecret unsafekey
donotuse dontuse neveruse notforprod notforuse notforreal notinprod donotcommit donotship donotdeploy donotshare onlyfordev onlyfortest
fordev fordevelopment fordevonly fortest fortesting fortestonly fortests fordemo fordemonstration fordebug forlocal forlocaldev forlocalhost forlocaluse foreducational
devsecret devkey devonly devjwt devtoken devpassword developmentsecret developmentkey developmentonly testsecret testkey testjwt testtoken testonly testingsecret
testingonly localsecret localonly demosecret demokey demoonly dummysecret dummykey dummyvalue dummytoken dummyjwt fakesecret fakekey faketoken tempsecret tempkey tempsecret temporarysecret temporarykey
atleast32 atleast256 atleast64 atleastthirtytwo leastthirtytwo atleastsixtyfour minimum32 min32char min32byte min256bit minlength minimumlength minimumof mincharacters 32charsmin
32chars 32characters 32charslong 32byteslong 32bytesecret 32charsecret 64chars 64characters 256bitsecret 256bitslong 256bitkey 512bitsecret 32bytekey
characterslong charslong bytesorlonger charactersorlonger charactersormore bytesormore charsormore orlonger orequalto32
generateme generatethis generateanew generateyour generateone generatewith generaterandom generateasecret generatesecret tobegenerated runopenssl opensslrand
tobedefined tobedetermined tobesupplied tobefilled tobeset notyetset notset notconfigured unconfigured unspecified
abcdefsecret hunter2 correcthorse letmein trustno1 iloveyou
zmienmnie zmiento zmienhaslo twojsekret twojehaslo wpisztutaj wstawtutaj bitteaendern geheimnis cambiame cambiaresto changezmoi modifiezmoi
`
  .trim()
  .split(/\s+/u)

/** Long enough to look for with case and separators ignored, and signs read as letters. */
const looseFrom = 8
const loosePhrases = phrases.filter((phrase) => phrase.length >= looseFrom && !/\d/u.test(phrase))
/** Shorter ones and those with digits: with one case throughout, and whole between separators or ends. */
const strictPhrases = phrases.filter((phrase) => phrase.length < looseFrom || /\d/u.test(phrase))

/** Words that say it alone: delimited and in one case only, four letters and more, or random keys trip over them. */
const alone = new Set(
  `changeme changeit change replace replaceme insert example sample dummy placeholder todo fixme fill enter here your yours test tests testing tester devel develop
  development demo local localhost temp temporary default insecure unsafe fake mock stub foobar foobarbaz lorem ipsum xxxx xxxxx xxxxxx xxxxxxxx secret123 password passw0rd changed
  secretsecret sandbox minimum example1 example123 unset undefined lipsum hogehoge`.split(/\s+/u),
)

/**
 * Wording of a placeholder, anywhere in a text: a strong tail does not help, since `change-me-<43 random characters>`
 * was copied from somewhere as a whole. What only labels a secret (`jwt-secret-…`, `prod-…`) is not a placeholder.
 */
export function isPlaceholder(text: string): boolean {
  const bounded = text.slice(0, 4096)
  const folded = fold(bounded)
  if (/x{8}|(?:^|[^a-z0-9])x{4,}(?:[^a-z0-9]|$)/u.test(folded)) return true
  const squashed = readLeet(folded)
    .concat(folded)
    .map((reading) => reading.replace(/[^a-z0-9]/gu, ''))
  if (squashed.some((reading) => loosePhrases.some((phrase) => reading.includes(phrase)))) return true
  return hasStrictWording(bounded)
}

/** Tokens of one case (`Test`, `test`, `TEST`), alone or next to each other. */
function hasStrictWording(text: string): boolean {
  const tokens = text.split(/[^A-Za-z0-9]+/u).map((token) => (isOneCase(token) ? token.toLowerCase() : undefined))
  if (tokens.some((token) => token !== undefined && alone.has(token))) return true
  for (let from = 0; from < tokens.length; from++) {
    let joined = ''
    for (let to = from; to < Math.min(tokens.length, from + 5); to++) {
      const token = tokens[to]
      if (token === undefined) break
      joined += token
      if (strictPhrases.includes(joined)) return true
    }
  }
  return strictPhrases.some((phrase) => phrase.length >= 7 && hasInOneCase(text, phrase))
}

function isOneCase(token: string): boolean {
  return (
    token === token.toLowerCase() || token === token.toUpperCase() || token.slice(1) === token.slice(1).toLowerCase()
  )
}

/** Inside a longer token seven letters of one case are needed: 26 letters of 62 make that one in 10¹² per place. */
function hasInOneCase(text: string, phrase: string): boolean {
  return text.includes(phrase) || text.includes(phrase.toUpperCase())
}
