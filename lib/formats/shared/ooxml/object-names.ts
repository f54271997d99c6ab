// What Office itself calls drawings and themes, in the languages of our users.

const OBJECTS =
  /^(?:(?:Picture|Image|Graphic|Text Box|TextBox|Rectangle|Oval|Line|Arrow|Chart|Diagram|Group|Shape|Canvas|Object|Table|Straight Connector|AutoShape|Freeform|Frame|WordArt|Afbeelding|Tekstvak|Rechthoek|Ovaal|Lijn|Pijl|Grafiek|Groep|Vorm|Papier|Tabel|Bild|Grafik|Textfeld|Rechteck|Gruppe|Diagramm|Form|Linie|Zone de texte|Groupe|Graphique|Forme) ?\d{0,10}|_x0000_[a-z]\d{1,6}|PowerPlusWaterMarkObject\d*|)$/;

const OF_SLIDES =
  /^(?:(?:Title|Subtitle|Vertical Title|(?:Title|Content|Text|Vertical (?:Text|Content|Title)|Picture|Date|Footer|Header|Slide Number|Slide Image|Notes|Table|Chart|Media|SmartArt|Object) Placeholder|TextBox|TextShape|CustomShape|PlaceHolder|Rounded Rectangle|(?:Elbow|Curved|Straight Arrow) Connector|Connector|(?:Left|Right|Up|Down) Arrow|Content|Titel|Ondertitel|Verticale titel|Tijdelijke aanduiding voor (?:inhoud|tekst|verticale tekst|afbeelding|datum|voettekst|koptekst|dianummer|dia-afbeelding|notities|tabel|grafiek|media)|Afgeronde rechthoek|Rechte verbindingslijn(?: met pijl)?|Untertitel|Vertikaler Titel|(?:Inhalts|Text|Vertikaler Text|Bild|Datums|Fußzeilen|Kopfzeilen|Foliennummern|Folienbild|Notizen|Tabellen|Diagramm)platzhalter|Titre|Sous-titre|Titre vertical|Espace réservé (?:du contenu|du texte|de la date|du pied de page|du numéro de diapositive|pour une image)) ?\d{0,10}|Google Shape;\d{1,6};[a-z]\d{1,6}(?:_\d{1,6})*)$/;

/** Whether the name is one that programs give to drawings by themselves. */
export function isUsualObjectName(name: string): boolean {
  return OBJECTS.test(name) || OF_SLIDES.test(name);
}

const THEMES =
  /^(?:Office(?: 20\d\d(?: ?- ?20\d\d)?)?(?:[ -]?(?:Theme|thema|Design))?(?: \d{1,2})?|(?:Kantoorthema|Thème Office|Larissa|Standaard|Default|Custom \d{1,2}|Aangepast \d{1,2})|)$/;

/** Whether the name is one that Office gives to themes, and to their colours, fonts and effects. */
export function isOfficeName(name: string): boolean {
  return THEMES.test(name);
}
