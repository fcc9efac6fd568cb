/**
 * Passwords that servers, container images and tutorials come with, and those that lists of tried passwords start with.
 * In lower case; a number or `!` behind one changes little.
 */
const defaults: ReadonlySet<string> = new Set(
  `
  postgres postgresql pgpassword mysecretpassword redis redispassword valkey foobared nats mysql mariadb mongo rabbitmq
  password passwd passw0rd p@ssw0rd p@ssword pass pwd admin administrator root toor user username guest test testing tester
  secret supersecret s3cr3t s3cret topsecret secretpassword default example sample demo dev develop development local localhost
  changeme change change-me change_me changeit master main server service system manager operator owner app api web database
  db dbpassword bitnami docker vagrant ubuntu qwerty qwertyuiop asdf asdfghjkl zxcvbnm letmein welcome login hello dragon monkey
  iloveyou trustno1 abc abcd abcdef 1q2w3e 1q2w3e4r 1qaz2wsx q1w2e3r4 none null undefined empty x xxx xxxx xxxxxxxx
  `
    .trim()
    .split(/\s+/),
)

export function isDefaultPassword(password: string): boolean {
  const folded = password.toLowerCase()
  return /^\d{1,12}$/.test(folded) || defaults.has(folded) || defaults.has(folded.replace(/[\d!@#$.*_-]{1,8}$/, ''))
}
