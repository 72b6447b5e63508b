"""Reads what a site says to programs, with programs that are not ours: feedparser, and Python's own XML and JSON.

usage: read_back.py SITE BASE_URL     where SITE is the folder that was built for BASE_URL
"""

import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as xml

import feedparser

SITE, BASE = pathlib.Path(sys.argv[1]), sys.argv[2]
wrong, found = [], []


def check(holds, what):
    if not holds:
        wrong.append(what)


def is_there(address):
    path = urllib.parse.unquote(address.split("#")[0].removeprefix(BASE))
    file = SITE / path
    return address.startswith(BASE) and (file / "index.html" if path == "" or path.endswith("/") else file).is_file()


def moment(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", text or "") is not None


def atom(file):
    feed = feedparser.parse(file.read_bytes())
    check(not feed.bozo, f"{file}: {feed.get('bozo_exception')}")
    check(feed.version == "atom10" and feed.feed.title and feed.feed.id and feed.feed.updated_parsed, f"{file}: the feed itself")
    check(is_there(feed.feed.link) and feed.entries, f"{file}: {feed.feed.get('link')}")
    ids = [entry.id for entry in feed.entries]
    check(len(ids) == len(set(ids)), f"{file}: an id twice")
    days = [entry.updated_parsed for entry in feed.entries]
    check(days == sorted(days, reverse=True) and days[0] == feed.feed.updated_parsed, f"{file}: the order of days")
    for entry in feed.entries:
        check(entry.title and moment(entry.updated) and is_there(entry.link), f"{file}: {entry.get('link')}")
        for markup in entry.get("content", []):
            for address in re.findall(r'(?:href|src)="([^"]*)"', markup.value):
                check(re.match(r"https?:|mailto:|tel:", address), f"{file}: {entry.link} has the address {address}")
                check(not address.startswith(BASE) or is_there(address), f"{file}: {entry.link} leads nowhere at {address}")
    return [entry.link for entry in feed.entries]


def json_feed(file):
    feed = json.loads(file.read_text("utf8"))
    check(feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"], f"{file}: the feed itself")
    check(is_there(feed["feed_url"]) and is_there(feed["home_page_url"]), f"{file}: its addresses")
    for item in feed["items"]:
        check(isinstance(item["id"], str) and is_there(item["url"]), f"{file}: {item}")
        check(item.get("content_html") or item.get("content_text"), f"{file}: {item['url']} has no text")
        check(moment(item.get("date_modified")), f"{file}: {item['url']} has no day")
    return [item["url"] for item in feed["items"]]


def sitemap(file):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    tree = xml.parse(file).getroot()
    locs = [loc.text for loc in tree.iterfind("s:url/s:loc", names)]
    check(locs and len(locs) == len(set(locs)), f"{file}: no address, or one twice")
    for loc in locs:
        check(is_there(loc), f"{file}: {loc}")
    for day in tree.iterfind("s:url/s:lastmod", names):
        check(re.fullmatch(r"\d{4}-\d\d-\d\d", day.text), f"{file}: {day.text}")


def open_search(file):
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    tree = xml.parse(file).getroot()
    short, url = tree.findtext(f"{name}ShortName"), tree.find(f"{name}Url").get("template")
    check(tree.tag == f"{name}OpenSearchDescription" and 0 < len(short) <= 16, f"{file}: {short}")
    check("{searchTerms}" in url and is_there(url.split("?")[0]), f"{file}: {url}")


def linked_data(file):
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', file.read_text("utf8"), re.S):
        data = json.loads(text)
        check(data.get("@context") == "https://schema.org", f"{file}: {text[:80]}")
        found.append(file)
        check(all("@type" in of for of in data.get("@graph", [data])), f"{file}: something of no type")


feeds = sorted(SITE.rglob("atom.xml"))
for file in feeds:
    check(atom(file) == json_feed(file.with_name("feed.json")), f"{file} and its JSON tell of other pages")
sitemap(SITE / "sitemap.xml")
open_search(SITE / "opensearch.xml")
for file in sorted(SITE.rglob("*.html")):
    linked_data(file)
for address in re.findall(r"\]\((.*?)\)", (SITE / "llms.txt").read_text("utf8")):
    check(is_there(address), f"llms.txt: {address}")
check(len(feeds) > 1 and found, "no feeds, or no page with data")
print("\n".join(wrong) if wrong else f"{len(feeds)} feeds, the sitemap and all else are read back")
sys.exit(1 if wrong else 0)
