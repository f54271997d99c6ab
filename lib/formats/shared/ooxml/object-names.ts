// What Office itself calls drawings and themes, in the languages of our users.

const OBJECTS =
  /^(?:(?:Picture|Image|Graphic|Text Box|TextBox|Rectangle|Oval|Line|Arrow|Chart|Diagram|Group|Shape|Canvas|Object|Table|Straight Connector|AutoShape|Freeform|Frame|WordArt|Afbeelding|Tekstvak|Rechthoek|Ovaal|Lijn|Pijl|Grafiek|Groep|Vorm|Papier|Tabel|Bild|Grafik|Textfeld|Rechteck|Gruppe|Diagramm|Form|Linie|Zone de texte|Groupe|Graphique|Forme) ?\d{0,10}|_x0000_[a-z]\d{1,6}|PowerPlusWaterMarkObject\d*|)$/;

/** Whether the name is one that programs give to drawings by themselves. */
export function isUsualObjectName(name: string): boolean {
  return OBJECTS.test(name);
}

const THEMES =
  /^(?:Office(?: 20\d\d(?: ?- ?20\d\d)?)?(?:[ -]?(?:Theme|thema|Design))?(?: \d{1,2})?|(?:Kantoorthema|Thème Office|Larissa|Standaard|Default|Custom \d{1,2}|Aangepast \d{1,2})|)$/;

/** Whether the name is one that Office gives to themes, and to their colours, fonts and effects. */
export function isOfficeName(name: string): boolean {
  return THEMES.test(name);
}
