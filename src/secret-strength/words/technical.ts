/** Words of the trade: what stands in a secret because of what it is for. Attackers' lists have them at the top. */
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
