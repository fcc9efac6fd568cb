/**
 * Openings of books and poems that everybody at school in their country has read, all in the public domain. They teach
 * the trigram model running text, and a secret made of one of them is recognised by its letters.
 */
export const slavicVerses = `
litwo ojczyzno moja ty jestes jak zdrowie ile cie trzeba cenic ten tylko sie dowie kto cie stracil dzis pieknosc twa w calej ozdobie widze i opisuje bo tesknie
po tobie panno swieta co jasnej bronisz czestochowy i w ostrej swiecisz bramie ty co grod zamkowy nowogrodzki ochraniasz z jego wiernym ludem jak mnie dziecko
do zdrowia powrocilas cudem gdy od placzacej matki pod twoje opieke ofiarowany martwa podnioslem powieke i zaraz moglem pieszo do twych swiatyn progu isc za
wrocone zycie podziekowac bogu tak nas powrocisz cudem na ojczyzny lono tymczasem przenos moja dusze utesknona do tych pagorkow lesnych do tych lak zielonych
szeroko nad blekitnym niemnem rozciagnionych do tych pol malowanych zbozem rozmaitem wyzlacanych pszenica posrebrzanych zytem gdzie bursztynowy swierzop
gryka jak snieg biala gdzie panienskim rumiencem dziecielina pala a wszystko przepasane jakby wstega miedza zielona na niej z rzadka ciche grusze siedza
jeszcze polska nie zginela kiedy my zyjemy co nam obca przemoc wziela szabla odbierzemy marsz marsz dabrowski z ziemi wloskiej do polski za twoim przewodem
zlaczym sie z narodem w szczebrzeszynie chrzaszcz brzmi w trzcinie i szczebrzeszyn z tego slynie stoi na stacji lokomotywa ciezka ogromna i pot z niej splywa
tlusta oliwa stoi i sapie dyszy i dmucha zar z rozgrzanego jej brzucha bucha wlazl kotek na plotek i mruga ladna to piosenka niedluga aaa kotki dwa szarobure
oba nic nie beda robily tylko mame bawily niechaj narodowie wzdy postronni znaja iz polacy nie gesi iz swoj jezyk maja gdzie kucharek szesc tam nie ma co jesc
nie chwal dnia przed zachodem slonca kto rano wstaje temu pan bog daje bez pracy nie ma kolaczy ziarnko do ziarnka a zbierze sie miarka gdyby kozka nie skakala
to by nozki nie zlamala jak sobie poscielesz tak sie wyspisz lepszy wrobel w garsci niz golab na dachu niedaleko pada jablko od jabloni prawdziwych przyjaciol
poznaje sie w biedzie czas to pieniadz apetyt rosnie w miare jedzenia co kraj to obyczaj cicha woda brzegi rwie kazdy jest kowalem swojego losu mowa jest
srebrem a milczenie zlotem nie wszystko zloto co sie swieci stara milosc nie rdzewieje tam gdzie diabel mowi dobranoc w zdrowym ciele zdrowy duch
nasza firma zatrudnia najlepszych pracownikow ktorzy codziennie przyjezdzaja tramwajem albo autobusem pod wysoki budynek obok dworca kolejowego kupilem wczoraj
swieze bulki z maslem oraz kilogram ziemniakow dla sasiadki z drugiego pietra wieczorem pojdziemy razem na spacer nad jezioro jesli pogoda dopisze wakacje
spedzilismy w gorach gdzie padal deszcz przez caly tydzien ale i tak bylo bardzo przyjemnie moj brat pracuje jako programista a siostra studiuje medycyne
uzytkownicy powinni zmieniac haslo przynajmniej raz na trzy miesiace zgodnie z polityka bezpieczenstwa przedsiebiorstwa wszystkie serwery produkcyjne
znajduja sie w warszawskiej serwerowni przy ulicy pulawskiej klient zglosil usterke drukarki w sekretariacie
kde domov muj voda huci po lucinach bory sumi po skalinach v sade skvi se jara kvet zemsky raj to na pohled
u lukomorya dub zelenyj zlataya tsep na dube tom i dnem i nochyu kot uchenyj vse hodit po tsepi krugom idet napravo pesn zavodit nalevo skazku govorit
ya vas lyubil lyubov eshche byt mozhet v dushe moej ugasla ne sovsem moroz i solntse den chudesnyj eshche ty dremlesh drug prelestnyj`

export const germanicVerses = `
wer reitet so spaet durch nacht und wind es ist der vater mit seinem kind er hat den knaben wohl in dem arm er fasst ihn sicher er haelt ihn warm mein sohn was
birgst du so bang dein gesicht siehst vater du den erlkoenig nicht habe nun ach philosophie juristerei und medizin und leider auch theologie durchaus studiert
mit heissem bemuehn da steh ich nun ich armer tor und bin so klug als wie zuvor freude schoener goetterfunken tochter aus elysium wir betreten feuertrunken
himmlische dein heiligtum deine zauber binden wieder was die mode streng geteilt alle menschen werden brueder wo dein sanfter fluegel weilt ich weiss nicht
was soll es bedeuten dass ich so traurig bin ein maerchen aus alten zeiten das kommt mir nicht aus dem sinn der mond ist aufgegangen die goldnen sternlein
prangen am himmel hell und klar einigkeit und recht und freiheit fuer das deutsche vaterland morgenstund hat gold im mund ende gut alles gut uebung macht den
meister unsere kunden erhalten jeden monat eine rechnung mit allen gebuehren bitte aendern sie dieses kennwort sofort nach der anmeldung am server
meine schwester wohnt seit drei jahren in einem kleinen haus am rande der stadt und faehrt jeden morgen mit dem zug zur arbeit
wilhelmus van nassouwe ben ik van duitsen bloed den vaderland getrouwe blijf ik tot in den dood onze klanten krijgen elke maand een rekening
du gamla du fria du fjallhoga nord du tysta du gladjerika skona jag halsar dig vanaste land uppa jord din sol din himmel dina angder grona
ja vi elsker dette landet som det stiger frem furet vaerbitt over vannet med de tusen hjem det er et yndigt land det star med brede boge`

export const romanceVerses = `
en un lugar de la mancha de cuyo nombre no quiero acordarme no ha mucho tiempo que vivia un hidalgo de los de lanza en astillero adarga antigua rocin flaco y
galgo corredor una olla de algo mas vaca que carnero salpicon las mas noches duelos y quebrantos los sabados lentejas los viernes algun palomino de anadidura
los domingos consumian las tres partes de su hacienda que es la vida un frenesi que es la vida una ilusion una sombra una ficcion y el mayor bien es pequeno
que toda la vida es sueno y los suenos suenos son caminante no hay camino se hace camino al andar nuestros clientes reciben cada mes una factura con todos los
gastos por favor cambie esta contrasena despues de iniciar sesion en el servidor mi hermana vive desde hace tres anos en una casa pequena cerca de la playa
maitre corbeau sur un arbre perche tenait en son bec un fromage maitre renard par l odeur alleche lui tint a peu pres ce langage et bonjour monsieur du corbeau
que vous etes joli que vous me semblez beau sans mentir si votre ramage se rapporte a votre plumage vous etes le phenix des hotes de ces bois allons enfants de
la patrie le jour de gloire est arrive contre nous de la tyrannie l etendard sanglant est leve la cigale ayant chante tout l ete se trouva fort depourvue quand
la bise fut venue demain des l aube a l heure ou blanchit la campagne je partirai vois tu je sais que tu m attends longtemps je me suis couche de bonne heure
nos clients recoivent chaque mois une facture avec tous les frais veuillez changer ce mot de passe apres la connexion au serveur de production ma soeur habite
nel mezzo del cammin di nostra vita mi ritrovai per una selva oscura che la diritta via era smarrita ahi quanto a dir qual era e cosa dura esta selva selvaggia
e aspra e forte che nel pensier rinova la paura tant e amara che poco e piu morte ma per trattar del ben ch io vi trovai diro dell altre cose ch io v ho scorte
quel ramo del lago di como che volge a mezzogiorno tra due catene non interrotte di monti fratelli d italia l italia s e desta dell elmo di scipio s e cinta la
testa as armas e os baroes assinalados que da ocidental praia lusitana por mares nunca dantes navegados passaram ainda alem da taprobana minha terra tem
palmeiras onde canta o sabia as aves que aqui gorjeiam nao gorjeiam como la ouviram do ipiranga as margens placidas de um povo heroico o brado retumbante
gallia est omnis divisa in partes tres quarum unam incolunt belgae aliam aquitani arma virumque cano troiae qui primus ab oris italiam fato profugus
lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua ut enim ad minim veniam quis nostrud
exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore`

export const englishVerses = `
it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness call me ishmael some years ago never mind how long
precisely having little or no money in my purse and nothing particular to interest me on shore i thought i would sail about a little and see the watery part of
the world it is a truth universally acknowledged that a single man in possession of a good fortune must be in want of a wife to be or not to be that is the
question whether tis nobler in the mind to suffer the slings and arrows of outrageous fortune or to take arms against a sea of troubles and by opposing end them
shall i compare thee to a summers day thou art more lovely and more temperate once upon a midnight dreary while i pondered weak and weary over many a quaint and
curious volume of forgotten lore we hold these truths to be self evident that all men are created equal four score and seven years ago our fathers brought forth
on this continent a new nation our father who art in heaven hallowed be thy name the quick brown fox jumps over the lazy dog in the beginning god created the
heaven and the earth twinkle twinkle little star how i wonder what you are row row row your boat gently down the stream mary had a little lamb its fleece was
white as snow two roads diverged in a yellow wood and sorry i could not travel both please remember to change this password before you deploy to production
our customers receive an invoice every month and the server was restarted last night because the database had run out of connections
jsonwebtokenize tokenization kubernetesified microservices authenticator authorization deployments configurable underlying middleware serializer`

/** Words of the trade: what is in a secret because of what it is for. Attackers' lists have them at the top. */
export const technicalWords: readonly string[] = `
jwt hs256 hs384 hs512 rs256 hmac sha sha1 sha256 sha512 md5 aes rsa token tokens secret secrets key keys apikey api auth oauth oidc saml sso login signin signing
sign signature signed verify verification issuer audience bearer session cookie csrf salt pepper hash digest cipher crypto encryption encrypt decrypt password
passwd passphrase passcode pass pwd pin credential credentials access refresh private public shared symmetric master root admin administrator user username service
server client gateway proxy edge shield broker bus message queue topic stream event events spine worker node cluster backend frontend web app application mobile
platform system project company corp inc prod production prd live staging stage stg dev devel development develop test testing tests qa uat demo
sandbox local localhost internal external default sample example dummy temp temporary tmp placeholder changeme change replace insert update todo fixme foo bar baz
qux foobar lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore dolore magna aliqua strong secure secured security safe super
ultra mega very long random string strings value values text char chars characters bytes bits bit byte minimum least length more than please must should never use
used only for your yours this that here with from into about redis valkey postgres postgresql mysql mongo mongodb rabbitmq kafka nats mqtt websocket
http https rest grpc graphql docker kubernetes k8s helm terraform ansible vault aws azure gcp google github gitlab bitbucket jenkins nginx apache
linux ubuntu debian windows python java javascript typescript node nodejs rust golang django flask fastapi spring laravel rails express react
angular config configuration env environment settings setting variable dotenv yaml json hello world welcome qwerty asdf asdfgh zxcvbn qwertyuiop letmein
iloveyou trustno correct horse battery staple hunter matrix starwars deadbeef cafebabe abc abcd abcdef xyz aaaa xxxx zzzz
`
  .trim()
  .split(/\s+/u)

/** Two letters and one: only these, or every other pair in a random key would be a word. */
export const shortWords: readonly string[] =
  'i a to of in is it my me we he no so be do go at on or an as by if up us am ok id na do po za ze od i w z o u a de la le el un'.split(
    ' ',
  )
