"""What the portal's checks know: formats, licences and access rights, as codes below the vocabularies' addresses.

The facts are those of the lists the EU portal publishes with its metrics (machine-readable and non-proprietary formats,
known licences) and of the EU tables file-type and access-right; the tests compare them with those lists.
"""

from __future__ import annotations

from collections.abc import Mapping


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILE_TYPES = _codes(
    """
    7Z AAB AAC AKN4EU AKN4EU_ZIP APK APPX ARC ARCINFO_COV ARC_GZ ARJ ATOM AZW BIN BITS BMP BWF BZIP2 CSS CSV DAPK
    DBF DCR DEB DGN DMG DMP DOC DOCX DTD_SGML DTD_XML DWG DXF E00 EAR ECW EFORMS_XML EPS EPUB ETSI_XML EXE FMX2 FMX3
    FMX4 FMX4_ZIP GDB GEOJSON GEOTIFF GIF GML GMZ GPKG GRID GRID_ASCII GTFS GZIP HDF HDT HTML HTML5 HTML_SIMPL ICS
    IMMC_XML INDD IPA ISO ISO_ZIP JAR JATS JPEG JPEG2000 JS JSON JSON_LD KML KMZ LAS LAZ LEG LHA LPK LZIP LZMA LZO
    MAP_PRVW MAP_SRVC MBOX MDB METS METS_ZIP MHTML MIF_MID MOBI MOP MP3 MPEG2 MPEG4 MPEG4_AVC MRSID MSG_HTTP MSI MXD
    N3 NETCDF OAPK OCTET ODB ODC ODF ODG ODP ODS ODT OP_DATPRO OVF OWL PDF PDF1X PDFA1A PDFA1B PDFA2A PDFA2B PDFA3
    PDFUA PDFX PDFX1A PDFX2A PDFX4 PL PNG PPS PPSX PPT PPTX PS PSD PWP QGS RAR RDF RDFA RDF_N_QUADS RDF_N_TRIPLES
    RDF_THRIFT RDF_TRIG RDF_TRIX RDF_TURTLE RDF_XML REST RPM RSS RTF SB3 SCHEMA_XML SDMX SGML SHP SKOS_XML SPARQLQ
    SPARQLQRES SQL STL SVG SWM TAB TAB_RSTR TAR TAR_GZ TAR_XZ TIFF TIFF_FX TMX TSV TXT UNGEN WAR WARC WARC_GZ WAV
    WCS_SRVC WEBP WFS_SRVC WIM WMS_SRVC WORLD XHTML XHTML5 XHTML_SIMPL XLIFF XLS XLSB XLSM XLSX XML XSLFO XSLT XYZ
    XZ YAML Z ZIP
    """
)
"""Codes of the EU table file-type."""
NON_PROPRIETARY = _codes(
    """
    BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES
    RDF_TRIG RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP
    """
)
MACHINE_READABLE = _codes(
    """
    CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS
    SHP XLS XLSX XML
    """
)
ACCESS_RIGHTS = _codes(
    """
    CONFIDENTIAL NON_PUBLIC NORMAL OP_DATPRO PUBLIC RESTRICTED SENSITIVE
    """
)
LICENCES: Mapping[str, str] = {
    "http://dcat-ap.de/def/licenses/": """
        apache bsd cc-by cc-by-de/3.0 cc-by-nc cc-by-nc-de/3.0 cc-by-nc/4.0 cc-by-nd cc-by-nd/3.0 cc-by-nd/4.0
        cc-by-sa cc-by-sa-de/3.0 cc-by-sa/4.0 cc-by/4.0 cc-zero ccpdm/1.0 dl-by-de/1.0 dl-by-de/2.0 dl-by-nc-de/1.0
        dl-zero-de/2.0 gfdl gpl/3.0 mozilla odbl odby odcpddl
    """,
    "http://europeandataportal.eu/ontologies/od-licenses#": """
        0BSD AGPL-3.0 APL-1.0 APSL-2.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause
        BSD-3-Clause-LBNL BSDplusPatent BSL-1.0 CATOSL-1.1 CC-BY-3.0DE CC-BY-SA3.0NL CC-BY3.0NL CC-BY4.0 CC-PDM1.0
        CCBY3.0Austria CC_BYNC_3_0DE CC_BYSA_3_0DE CDDL-1.0 CECILL-2.1 CNRI-Python CPAL-1.0 CPL-1.0 ECL-1.0 ECL-2.0
        EFL-1.0 EFL-2.0 EPL-1.0 EPL-2.0 EUDatagrid Entessa Fair Frameworx-1.0 GFDL-1.1 GFDL-1.2 GPL-2.0 GPL-3.0 HPND
        HR-OD IODLv1.0 IODLv2.0 IPA IPL-1.0 ISC LGPL-2.1 LGPL-3.0 LPL-1.0 LPL-1.02 LPPL-1.3c LiLiQ-P-1.1 LiLiQ-R-1.1
        LiLiQ-Rplus-1.1 MIT MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MS-RL MirOS Motosoto Multics NASA-1.3 NCSA NGPL NLOD NOKIA
        NPOSL-3.0 NTP Naumen OCLC-2.0 OFL-1.1 OGL-NC OGL-ROU-1.0 OGL1.0 OGL2.0 OGL3.0 OGTSL OPL-2.1 OSL-1.0 OSL-2.1
        OSL-3.0 PHP-3.0 PSEUL PostgreSQL Python-2.0 QPL-1.0 RPL-1.1 RPL-1.5 RPSL-1.0 RSCPL SPL-1.0 SimPL-2.0
        Sleepycat UCL-1.0 UPL VSL-1.0 W3C WXwindows Watcom-1.0 Xnet ZPL-2.0 Zlib eCos-2.0
    """,
    "https://opensource.org/licenses/": """
        0BSD AGPL-3.0 APL-1.0 APSL-2.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause
        BSD-3-Clause-LBNL BSDplusPatent BSL-1.0 CATOSL-1.1 CDDL-1.0 CECILL-2.1 CNRI-Python CPAL-1.0 CPL-1.0 ECL-1.0
        ECL-2.0 EFL-1.0 EFL-2.0 EPL-1.0 EPL-2.0 EUDatagrid Entessa Fair Frameworx-1.0 GPL-2.0 GPL-3.0 HPND IPA
        IPL-1.0 ISC LGPL-2.1 LGPL-3.0 LPL-1.0 LPL-1.02 LPPL-1.3c LiLiQ-P-1.1 LiLiQ-R-1.1 LiLiQ-Rplus-1.1 MIT MPL-1.0
        MPL-1.1 MPL-2.0 MS-PL MS-RL MirOS Motosoto Multics NASA-1.3 NCSA NGPL NOKIA NPOSL-3.0 NTP Naumen OCLC-2.0
        OFL-1.1 OGTSL OPL-2.1 OSL-1.0 OSL-2.1 OSL-3.0 PHP-3.0 PostgreSQL Python-2.0 QPL-1.0 RPL-1.1 RPL-1.5 RPSL-1.0
        RSCPL SPL-1.0 SimPL-2.0 Sleepycat UCL-1.0 UPL VSL-1.0 W3C WXwindows Watcom-1.0 Xnet ZPL-2.0 Zlib eCos-2.0
    """,
    "https://creativecommons.org/": """
        licenses/by-nc-nd/3.0/ licenses/by-nc-nd/3.0/legalcode licenses/by-nc-nd/4.0/ licenses/by-nc/
        licenses/by-nc/3.0/de/ licenses/by-nc/4.0/ licenses/by-nd/4.0/ licenses/by-sa/2.0/it/ licenses/by-sa/3.0/
        licenses/by-sa/3.0/de/ licenses/by-sa/3.0/nl/legalcode/ licenses/by-sa/4.0/ licenses/by/3.0/
        licenses/by/3.0/at/legalcode licenses/by/3.0/de/ licenses/by/3.0/es licenses/by/3.0/es/
        licenses/by/3.0/es/deed.gl licenses/by/3.0/it/ licenses/by/3.0/nl/legalcode licenses/by/4.0/
        licenses/by/4.0/deed.ca licenses/by/4.0/deed.es licenses/by/4.0/deed.es_ES publicdomain/mark/1.0/
        publicdomain/zero/1.0/deed.es_ES
    """,
    "http://creativecommons.org/": """
        licenses/by-nc-nd/3.0/ licenses/by-nc-nd/3.0/legalcode licenses/by-nc-nd/4.0/ licenses/by-nc/
        licenses/by-nc/3.0/de/ licenses/by-nc/4.0/ licenses/by-nd/ licenses/by-sa/2.0/it/ licenses/by-sa/3.0/de/
        licenses/by-sa/3.0/es/ licenses/by-sa/3.0/nl/legalcode/ licenses/by/2.5/it/ licenses/by/3.0/at/legalcode
        licenses/by/3.0/de/ licenses/by/3.0/es licenses/by/3.0/es/ licenses/by/3.0/es/deed.gl licenses/by/3.0/it/
        licenses/by/3.0/nl/legalcode licenses/by/4.0/deed.ca licenses/by/4.0/deed.es licenses/by/4.0/deed.es_ES
        publicdomain/mark/1.0/ publicdomain/zero/1.0/ publicdomain/zero/1.0/deed.it publicdomain/zero/1.0/legalcode
    """,
    "https://www.opendefinition.org/licenses/": """
        cc-by cc-by/
    """,
    "http://www.opendefinition.org/licenses/": """
        cc-by cc-by-sa cc-by-sa/ cc-by/ cc-zero odc-by odc-odbl odc-pddl
    """,
    "": """
        http://data.gov.hr/open-licence-republic-croatia http://data.gov.ro/base/images/logoinst/OGL-ROU-1.0.pdf
        http://data.norge.no/nlod/en/1.0 http://reference.data.gov.uk/id/open-government-licence
        http://www.dati.gov.it/iodl/2.0/ http://www.formez.it/iodl/ http://www.govdata.de/dl-de/by-nc-1-0
        http://www.nationalarchives.gov.uk/doc/non-commercial-government-licence/non-commercial-government-licence.htm
        http://www.nationalarchives.gov.uk/doc/open-government-licence/version/1/
        http://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/
        http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/
        http://www.ordnancesurvey.co.uk/business-and-government/public-sector/mapping-agreements/inspire-licence.html
        https://gnu.org/licenses/old-licenses/fdl-1.1 https://gnu.org/licenses/old-licenses/fdl-1.2
        https://w3id.org/italia/controlled-vocabulary/licences/A32_CCBYSA30 https://www.govdata.de/dl-de/by-1-0
        https://www.govdata.de/dl-de/by-2-0 https://www.govdata.de/dl-de/by-nc-1-0
        https://www.govdata.de/dl-de/zero-2-0
    """,
}
"""Known licences: what their addresses begin with -> how they go on. All names of a licence are known, old ones too."""
KNOWN_LICENCES = frozenset(start + rest for start, names in LICENCES.items() for rest in names.split())
