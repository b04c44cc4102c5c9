
e-1ˆ¬‰Ô*crm‚M
37140000012-1s-7"whyª/&
PRICEcompetitor Xno second offers-1