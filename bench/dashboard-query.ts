/** What the page of a plan shows. */
export const DASHBOARD = `query Dashboard {
  plan(key: "toride-5") {
    key title municipality period { from to } phases
    asOf { effectiveOn position }
    summary { measures new unplanned byStatus { status { code label } count share } }
    goals { no title }
    measures(first: 100) {
      totalCount
      edges { node {
        id no title isNew slipYears
        goal { no } policy { no title }
        owners { name isCollective } coordinators { name }
        status { code label sign since reason }
        schedule { fiscalYear adopted forecast isAfterPeriod }
      } }
    }
    kpis {
      key title unit
      baseline { fiscalYear value }
      targets { fiscalYear value }
      readings { fiscalYear value effectiveOn }
    }
  }
}`;
