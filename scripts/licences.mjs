// Lists what the package brings along, with its licence: `npm run licences`.
import { nameOf, shipped } from './shipped.mjs'

for (const [path, { version, license }] of Object.entries(shipped)) console.log(`${nameOf(path)}@${version}  ${license ?? 'none named'}`)
