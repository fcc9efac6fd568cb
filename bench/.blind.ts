import { assessSecret } from '../src/strength/index.js'
import { blindSecrets } from '../test/fixtures/strength/blind.js'
import { isRejected, isRejectedForContent, siteContext } from '../test/fixtures/strength/verdict.js'
const as=blindSecrets.map(s=>({s,a:assessSecret(s,siteContext)}))
console.log(blindSecrets.length,'short',as.filter(x=>x.a.bytes==='<32').map(x=>x.s), 'rejected',as.filter(x=>isRejected(x.a)).length,'for content',as.filter(x=>isRejectedForContent(x.a)).length)
for(const {s,a} of as) if(!isRejectedForContent(a)) console.log(s,JSON.stringify(a))
