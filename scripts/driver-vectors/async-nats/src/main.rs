//! Writes what `async_nats::connect(url)` makes of generated URLs, one JSON object a line.
//! `cargo run > ../../../test/fixtures/driver-vectors/async-nats.jsonl`

use async_nats::ServerAddr;
use serde_json::json;

const SEED: u64 = 20260112;
const COUNT: usize = 480;

/// SplitMix64: the same URLs on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[(self.next() % from.len() as u64) as usize]
    }

    /// The first choice, the plain one, three times out of four.
    fn lean<'a>(&mut self, from: &[&'a str]) -> &'a str {
        if self.next() % 4 < 3 { from[0] } else { self.pick(from) }
    }
}

const SCHEMES: &[&str] = &[
    "nats://", "nats://", "tls://", "", "NATS://", "Tls://", "nAtS://", "ws://", "wss://", "http://", "redis://", "nats:/", "nats:", "://", "na ts://", " nats://",
    "nats+tls://", "\tnats://", "1nats://", "nats:////",
];
const USERS: &[&str] = &["", "", "bus:pw@", "tok3n@", ":pw@", "@", ":@", "a:b:c@", "a@b:c@", "us%40er:p%2Fw@", "us er:p w@", "b/c:d@", "b?c:d@", "b#c:d@", "[b:c]@", "ü:ß@", "%zz:%@"];
const HOSTS: &[&str] = &[
    "127.0.0.1", "nats.internal", "localhost", "[::1]", "[2001:db8::1]", "NATS.Internal", "nats_1", "a-b.c.", "", "::1", "[::1", "[::1%25eth0]", "[::1%eth0]", "ho st",
    "ho%20st", "ho%2", "bücher.example", "127.1", "0x7f.1", "256.1.1.1", "a<b", "a>b", "a^b", "a|b", "a\\b", "a,b", "a\"b", "a{b}", "a`b", "*", "a\tb", "a\nb", "[v1.a]",
    "[0:0::1.2.3.4]", "[::ffff:127.0.0.1]", "[1:2:3:4:5:6:7:8:9]", "a..b", "$host", "${HOST}", "'h'", "a;b", "a&b=c", "a[b]", "\u{7f}", "\u{0}",
];
const PORTS: &[&str] = &[":4222", "", ":0", ":1", ":65535", ":65536", ":", ":04222", ":+1", ":-1", ":42 22", ":abc", ":4222:4223", ":%34", ":4222,b:4223", ":٤", ":000000004222", ":99999999999999999999", ":4222\t"];
const TAILS: &[&str] = &["", "/", "/path", "?tls=true", "#part", "/a?b#c", " ", "  ", "\n", "\r\n", "\t", "\u{a0}", "/ ", "\\", ",nats://b:4222", "/ space", "\u{0}", ";", "\u{3000}"];

fn describe(url: &str) -> serde_json::Value {
    let address: ServerAddr = match url.parse() {
        Ok(address) => address,
        Err(error) => return json!({ "url": url, "error": error.to_string() }),
    };
    // Connecting resolves the host first, and no resolver knows the empty one.
    if address.host().is_empty() {
        return json!({ "url": url, "error": "no host to resolve" });
    }
    let parts = address.clone().into_inner();
    json!({
        "url": url,
        "scheme": parts.scheme(),
        "host": address.host(),
        "port": address.port(),
        "tls": address.tls_required(),
        "hasUserInfo": !parts.username().is_empty() || parts.password().is_some_and(|password| !password.is_empty()),
    })
}

fn main() {
    println!("{}", json!({
        "driver": "async-nats",
        "version": env!("DRIVER_VERSION"),
        "url": env!("URL_VERSION"),
        "compiler": env!("COMPILER"),
        "seed": SEED,
        "generator": "scripts/driver-vectors/async-nats",
    }));
    let mut random = Random(SEED);
    let mut seen = std::collections::HashSet::new();
    while seen.len() < COUNT {
        let url = format!("{}{}{}{}{}", random.lean(SCHEMES), random.lean(USERS), random.lean(HOSTS), random.lean(PORTS), random.lean(TAILS));
        if seen.insert(url.clone()) {
            println!("{}", describe(&url));
        }
    }
}
