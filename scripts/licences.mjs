// Lists what others wrote of the built package, each with its licence: `npm run licences`.
import { readFileSync } from 'node:fs'

for (const line of readFileSync('dist/THIRD-PARTY-NOTICES', 'utf8').match(/(?<=^-{80}\n\n).+/gm) ?? [])
  console.log(line)
