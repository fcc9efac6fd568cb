/**
 * Letters that Unicode does not decompose, and Cyrillic by its nearest Latin letter: good enough to recognise words by.
 */
const single: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 't',
  ß: 's',
  æ: 'a',
  œ: 'o',
  ı: 'i',
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'z',
  з: 'z',
  и: 'i',
  й: 'j',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'c',
  ч: 'c',
  ш: 's',
  щ: 's',
  ъ: 'j',
  ы: 'y',
  ь: 'j',
  э: 'e',
  ю: 'u',
  я: 'a',
  і: 'i',
  ї: 'i',
  є: 'e',
  ґ: 'g',
}

/** What people put for a letter. The second table differs where one sign stands for two letters. */
const leetFirst: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '+': 't',
  '|': 'l',
  '(': 'c',
}

const leetSecond: Readonly<Record<string, string>> = {
  ...leetFirst,
  '1': 'l',
  '!': 'l',
  '2': 'z',
  '6': 'g',
  '9': 'p',
  '8': 'b',
  '7': 'l',
}

const cache = new Map<number, string>()

/** One UTF-16 unit in lower case, without its accent, in Latin letters where it has one; always one unit long. */
export function foldUnit(code: number): string {
  if (code < 0x80) return code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : String.fromCharCode(code)
  let folded = cache.get(code)
  if (folded === undefined) {
    const lower = String.fromCharCode(code).toLowerCase()
    folded = single[lower] ?? lower.normalize('NFKD').charAt(0).toLowerCase()
    folded = single[folded] ?? (folded === '' ? lower.charAt(0) : folded)
    if (cache.size < 4096) cache.set(code, folded)
  }
  return folded
}

export function fold(text: string): string {
  let folded = ''
  for (let i = 0; i < text.length; i++) folded += foldUnit(text.charCodeAt(i))
  return folded
}

/**
 * Two readings of a folded text with letters for the signs that stand for them (`p4ssw0rd`); same length as the input.
 */
export function readLeet(folded: string): readonly [string, string] {
  let first = ''
  let second = ''
  for (const sign of folded.split('')) {
    first += leetFirst[sign] ?? sign
    second += leetSecond[sign] ?? sign
  }
  return [first, second]
}

/**
 * Common words and names of languages that the English lists lack, without accents: they teach the trigram model which
 * letters follow which, and are words of the dictionary as well. Systems' operators are not all English.
 */
const polish = `
haslo tajne tajny tajna klucz sekret sekretny bardzo dlugi dlugie dluga bezpieczny bezpieczne bezpieczenstwo moje moja moj twoje twoj nasz nasze wasz
kocham kocha lubie lubi milosc szczescie zycie przyjaciel przyjaciele rodzina matka ojciec mama tata brat siostra babcia dziadek dziecko dzieci syn corka
zona kobieta mezczyzna czlowiek ludzie swiat polska polski polskie polak warszawa krakow gdansk poznan wroclaw lodz szczecin lublin katowice
bialystok gdynia torun rzeszow bydgoszcz czestochowa kielce radom olsztyn opole zakopane wisla odra tatry baltyk slask mazury dzisiaj jutro wczoraj
zawsze nigdy teraz potem jeszcze juz tylko moze musi mozna trzeba chce chcemy wiem wiemy nie tak jest byl byla bylo bedzie jestem jestes sa mam masz ma
mamy czy jak kiedy gdzie dlaczego poniewaz zeby aby przez przed po nad pod miedzy oraz albo ale wiec ktory ktora ktore ten ta to tamten wszystko nic cos
kazdy inny dobry dobra dobre zly maly mala male duzy duza duze wielki nowy nowa nowe stary stara stare mlody piekny piekna ladny zielony czerwony niebieski
czarny bialy zolty zlota zloty srebrny jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec sto tysiac pierwszy drugi trzeci poniedzialek
wtorek sroda czwartek piatek sobota niedziela styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien wiosna lato
jesien zima slonce ksiezyc gwiazda niebo ziemia morze gora gory rzeka las drzewo kwiat trawa dom mieszkanie okno drzwi stol krzeslo lozko kuchnia
samochod rower pociag samolot droga ulica miasto wies kraj szkola nauczyciel uczen student praca pracownik firma szef pieniadze sklep chleb maslo mleko ser
woda piwo wino herbata kawa jablko gruszka sliwka truskawka malina ziemniak kapusta pierogi bigos zurek kielbasa zupa obiad sniadanie kolacja pies piesek kot
kotek kon krowa swinia kura kaczka ryba ptak bocian orzel mysz niedzwiedz wilk lis zajac zamek krol krolowa ksiaze rycerz smok wojna pokoj historia ksiazka
slowo litera cyfra liczba komputer klawiatura monitor serwer serwis baza danych produkcja produkcyjny testowy uzytkownik administrator system
siec polaczenie wiadomosc zmien zmienic podaj wpisz tutaj prosze dziekuje dobranoc witaj czesc smacznego powodzenia ojczyzno litwo zdrowie cenic trzeba
stracil chrzaszcz brzmi trzcinie szczebrzeszynie krzysztof krzysiek agnieszka malgorzata katarzyna kasia zosia basia ania marysia ewa joanna monika dorota
magdalena piotr pawel jan janek andrzej tomasz tomek marek michal jacek grzegorz wojciech wojtek kuba jakub mateusz lukasz marcin bartek stanislaw
kowalski nowak wisniewski wojcik kaminski lewandowski zielinski szymanski wozniak dabrowski kozlowski jankowski mazur kwiatkowski krawczyk
stefan batory kosciuszko mickiewicz sienkiewicz chopin kopernik legia lech gornik ruch pan pani tadeusz niech zyje wolnosc rownosc nadzieja wiara
deszcz snieg wiatr burza tecza chmura mgla ogien kamien zelazo szklo papier drewno prawda klamstwo radosc smutek strach odwaga sila moc wladza rzad sejm`

const german = `
passwort geheim geheimnis geheimes schluessel sehr lang langes sicher sicherheit mein meine dein unser ich du er sie wir ihr nicht und oder aber
weil wenn dann ist war sind waren haben hatte werden wird wurde kann koennen muss muessen soll sollen will wollen liebe lieben leben freund freunde
familie mutter vater bruder schwester kind kinder mann frau mensch menschen welt deutschland deutsch berlin hamburg muenchen koeln frankfurt stuttgart
heute morgen gestern immer niemals jetzt spaeter noch schon nur vielleicht alles nichts etwas jeder andere gut schlecht klein gross neu alt jung schoen gruen
rot blau schwarz weiss gelb eins zwei drei vier fuenf sechs sieben acht neun zehn hundert tausend montag dienstag mittwoch donnerstag freitag samstag
sonntag januar februar maerz april juni juli august september oktober november dezember fruehling sommer herbst winter sonne mond stern himmel erde
meer berg fluss wald baum blume haus wohnung fenster tuer tisch stuhl bett kueche auto fahrrad zug flugzeug strasse stadt dorf land schule lehrer schueler
arbeit firma geld brot butter milch kaese wasser bier wein tee kaffee apfel birne kartoffel kraut wurst suppe hund katze pferd kuh schwein vogel fisch
maus baer wolf fuchs schloss koenig ritter drache krieg frieden geschichte buch wort zahl rechner tastatur bildschirm datenbank benutzer netz
nachricht bitte danke guten tag nacht willkommen strasse donaudampfschiff fahrt kapitaen mueller schmidt schneider fischer weber meyer wagner becker schulz
hoffmann schaefer koch bauer richter klein schroeder neumann schwarz zimmermann hans klaus juergen wolfgang`

const romance = `
contrasena secreto secreta clave muy largo larga seguro seguridad mi tu nuestro yo el ella nosotros ellos que porque cuando donde como quien este esta
esto ese eso aquel todo nada algo siempre nunca ahora despues todavia solo quizas amor vida amigo familia madre padre hermano hermana hijo hija hombre
mujer gente mundo espana barcelona sevilla valencia hoy manana ayer bueno malo pequeno grande nuevo viejo joven hermoso verde rojo azul negro blanco uno dos
tres cuatro cinco seis siete ocho nueve diez cien mil lunes martes miercoles jueves viernes sabado domingo enero febrero marzo mayo junio julio
septiembre octubre noviembre diciembre primavera verano otono invierno sol luna estrella cielo tierra mar montana rio bosque arbol flor casa ventana puerta mesa
silla cama cocina coche tren avion calle ciudad pueblo escuela trabajo dinero pan leche queso agua cerveza vino cafe manzana perro gato caballo
motdepasse secrete tres longue securite mon ma notre nous vous ils elles avec pour dans sur sous entre mais donc parce quand qui quoi comment
toujours jamais maintenant encore seulement peut etre amour amie famille mere pere frere soeur enfant homme femme monde france paris lyon marseille bonjour
merci aujourdhui demain hier bon mauvais petit grand nouveau vieux jeune beau vert rouge bleu noir blanc deux trois quatre sept huit neuf dix cent lundi
mardi mercredi jeudi vendredi samedi dimanche janvier fevrier avril juin juillet aout automne hiver soleil lune etoile ciel terre montagne riviere foret
arbre fleur maison fenetre porte chaise cuisine voiture avion rue ville village ecole travail argent pain lait fromage eau biere chien chat cheval oiseau poisson
segreto segreta molto lungo sicuro sicurezza mio tuo nostro sempre mai adesso dopo ancora forse amore vita amico famiglia padre fratello sorella bambino
uomo donna mondo italia roma milano napoli torino oggi domani ieri buono cattivo piccolo nuovo vecchio giovane bello rosso nero bianco due quattro cinque sei
sette otto nove dieci lunedi martedi giovedi venerdi sabato domenica gennaio febbraio maggio giugno luglio agosto settembre ottobre dicembre sole stella
senha segredo muito seguranca meu minha nosso nossa voce amizade irmao irma crianca homem mulher brasil portugal lisboa saudade obrigado bom ruim`

const others = `
wachtwoord geheim sleutel heel veilig mijn jouw onze niet maar omdat liefde leven vriend vrouw kinderen wereld nederland amsterdam rotterdam altijd nooit
vandaag morgen gisteren goed slecht klein groot nieuw oud mooi groen rood blauw zwart wit een twee drie vier vijf zes zeven acht negen tien
heslo tajemstvi klic velmi dlouhy bezpecny muj tvuj laska zivot pritel rodina matka otec bratr sestra dite svet cesko praha brno ostrava dnes zitra vcera vzdy
nikdy dobry spatny maly velky novy stary krasny zeleny cerveny modry cerny bily jedna dva tri ctyri pet sest sedm osm devet deset
losenord hemlighet nyckel mycket langt saker karlek livet familj syster broder barn varlden sverige stockholm goteborg alltid aldrig idag imorgon igar
salasana salaisuus avain pitka turvallinen minun sinun rakkaus elama ystava perhe maailma suomi helsinki tampere aina koskaan tanaan huomenna hyva paha pieni suuri
parol sekret klyuch ochen dlinnyj bezopasnyj moj tvoj nash lyubov zhizn drug semya mat otec brat sestra rebenok mir rossiya moskva peterburg segodnya zavtra
vchera vsegda nikogda horoshij plohoj malenkij bolshoj novyj staryj krasivyj zelenyj krasnyj sinij chernyj belyj odin dva tri chetyre pyat shest sem vosem
kyiv ukraina kharkiv lviv privet spasibo zdravstvuj pozhalujsta slava medved babushka dedushka matryoshka vodka
sifre gizli anahtar cok uzun guvenli benim senin seviyorum hayat arkadas aile anne baba kardes cocuk dunya turkiye istanbul ankara galatasaray fenerbahce
himitsu kagi totemo nagai anzen watashi anata aishiteru sekai nihon tokyo osaka kyoto sakura naruto pikachu arigatou konnichiwa sayonara ohayou
mima anquan wode nide women zhongguo beijing shanghai guangzhou woaini nihao xiexie zaijian`

function listed(list: string): readonly string[] {
  return list.trim().split(/\s+/u)
}

export const slavicWords = listed(polish)

export const germanicWords = listed(german)

export const romanceWords = listed(romance)

/** All of them, each once; a name or a small word is in several languages. */
export const foreignWords: readonly string[] = [...new Set([polish, german, romance, others].flatMap(listed))]
