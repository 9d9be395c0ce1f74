"""pandoc's own reference document in; the one that gives our papers their look in Word out."""

from pathlib import Path

from lxml import etree

from kscb_analysis.ooxml import W, parts_of, tag, zipped

_STYLES = Path(__file__).parent / "templates" / "word" / "styles.xml"
_MAIN = "word/document.xml"
_RELATIONSHIPS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FOOT_ID = "rIdFoot"

# A4 in twentieths of a point, with the margins of the printed page.
_SECTION = f"""
<w:sectPr xmlns:w="{W}" xmlns:r="{_OFFICE}">
  <w:footerReference w:type="default" r:id="{_FOOT_ID}"/>
  <w:pgSz w:w="11906" w:h="16838"/>
  <w:pgMar w:top="907" w:right="907" w:bottom="1021" w:left="907" w:header="510" w:footer="510"
    w:gutter="0"/>
</w:sectPr>
"""


def reference_document(plain: bytes, title: str) -> bytes:
    """Give a reference document: A4, our styles, and a foot with the title and the page's number.

    `plain` is the one that pandoc brings along.
    """
    parts = parts_of(plain)
    parts["word/styles.xml"] = _restyled(parts["word/styles.xml"])
    document = etree.fromstring(parts[_MAIN])
    for old in document.iter(tag("sectPr")):
        old.getparent().replace(old, etree.fromstring(_SECTION))
    parts[_MAIN] = etree.tostring(document)
    parts["word/footer1.xml"] = _foot(title)
    links = etree.fromstring(parts[_RELATIONSHIPS])
    attributes = {"Id": _FOOT_ID, "Type": f"{_OFFICE}/footer", "Target": "footer1.xml"}
    etree.SubElement(links, f"{{{links.nsmap[None]}}}Relationship", attributes)
    parts[_RELATIONSHIPS] = etree.tostring(links)
    types = etree.fromstring(parts["[Content_Types].xml"])
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    attributes = {"PartName": "/word/footer1.xml", "ContentType": kind}
    etree.SubElement(types, f"{{{types.nsmap[None]}}}Override", attributes)
    parts["[Content_Types].xml"] = etree.tostring(types)
    return zipped(parts)


def _restyled(plain: bytes) -> bytes:
    """Lay our styles over those that are there, by their ids."""
    styles, ours = etree.fromstring(plain), etree.fromstring(_STYLES.read_bytes())
    there = {str(one.get(tag("styleId"))): one for one in styles.iter(tag("style"))}
    for one in list(ours):
        if one.tag == tag("docDefaults"):
            old = styles.find(tag("docDefaults"))
        elif one.tag == tag("style"):
            old = there.get(str(one.get(tag("styleId"))))
        else:
            continue
        if old is None:
            styles.append(one)
        else:
            styles.replace(old, one)
    return bytes(etree.tostring(styles))


def _foot(title: str) -> bytes:
    """Give the foot of each page: the title, and "Page 3 of 12"."""
    foot = etree.Element(tag("ftr"), nsmap={"w": W})
    line = etree.SubElement(foot, tag("p"))
    kind = etree.SubElement(etree.SubElement(line, tag("pPr")), tag("pStyle"))
    kind.set(tag("val"), "Footer")

    def write(text: str) -> None:
        run = etree.SubElement(line, tag("r"))
        for at, piece in enumerate(text.split("\t")):
            if at:
                etree.SubElement(run, tag("tab"))
            words = etree.SubElement(run, tag("t"))
            words.text = piece
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def count(what: str) -> None:
        field = etree.SubElement(line, tag("fldSimple"))
        field.set(tag("instr"), what)
        etree.SubElement(etree.SubElement(field, tag("r")), tag("t")).text = "1"

    write(f"{title}\tPage ")
    count("PAGE")
    write(" of ")
    count("NUMPAGES")
    return bytes(etree.tostring(foot, xml_declaration=True, encoding="UTF-8", standalone=True))
