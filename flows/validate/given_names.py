"""Given names that are common in a German city; a list of our own, for the search of persons in free text.

Names that are words of their own in German texts are left out, such as August, Rose, Heide, Ernst, Mark and Roman.
"""

from __future__ import annotations

_NAMES = """
Aaron Abdul Abena Adam Adelheid Adrian Adriana Agata Agnes Agnieszka Ahmed Ahmet Aigul Aishe Alban Albert Albrecht
Aleksandar Aleksandr Aleksandra Alessandra Alessandro Alessia Alexander Alexandra Alexej Alexis Aleyna Alfons Alfred
Ali Alice Alina Alisa Alois Alwin Amadou Amal Amalia Amanda Amelie Amina Amir Amira Ana Anastasia Anatoli Anca Andrea
Andreas Andrei Andrej Andrzej Andrés Aneta Angela Angelika Angelo Anika Anil Anisa Anita Anja Anke Anna Anne Annegret
Anneliese Annette Annika Ansgar Antje Antoine Anton Antonella Antonia Antonio Arda Ariane Arif Armando Armin Arne
Arnold Artem Arthur Artur Arzu Asli Aslı Astrid Attila Aurelia Aurélie Axel Ayhan Aylin Ayse Ayşe Ayşegül Aziz Bahar
Barbara Bartosz Barış Bassam Bastian Beate Beatrice Beatrix Beatriz Bela Benedikt Benjamin Benno Bernadette Bernardo
Bernd Bernhard Bernhardt Berta Berthold Bettina Bianca Bilal Birgit Birgitta Björn Bodo Bogdan Bohdan Boris Bożena
Božena Branko Brigitte Britta Bruno Burak Burcu Burkhard Burkhardt Camilla Camille Canan Cansu Carina Carl Carla Carlo
Carlos Carmen Carola Carolin Caroline Carsten Catherine Celina Cem Chantal Charlotte Chiara Chloé Christa Christel
Christian Christiane Christina Christine Christof Christoffer Christoph Christopher Chukwu Ciprian Claire Claudia
Claus Clemens Conny Constantin Cordula Corina Corinna Cornelia Cornelius Cosima Cosimo Cristian Cristina Cäcilie
Cécile Dagmar Damian Damir Danica Daniel Daniela Danijela Danilo Danuta Daria Darius Dariusz Darko David Davide Dejan
Denise Deniz Dennis Detlef Diana Diego Dieter Dietmar Dietrich Dijana Dilek Dimitri Dimitrios Dirk Dmitri Dmytro
Dominic Dominik Dora Doris Dorota Dorothea Dragan Dragana Dunja Eberhard Ebru Eckhard Eda Edeltraud Edeltraut Edgar
Edith Edmund Eduard Eduardo Efe Egon Eileen Ekaterina Ekkehard Eleftheria Elena Eleni Eleonora Elfriede Elias Elif
Elina Elisa Elisabeth Elizaveta Elke Ella Ellen Elsa Elvira Emanuel Emanuele Emil Emilia Emily Emine Emma Emmanuel
Emre Enes Engelbert Enrico Ercan Erhard Eric Erich Erik Erika Erkan Erna Erol Erwin Esma Esra Esther Etienne Eugen
Eugenia Eva Evelyn Ewa Ewald Fabian Fabienne Fabio Fabrizio Fadime Farid Fatih Fatima Fatma Fatou Federica Federico
Felicitas Felix Ferdinand Ferenc Fernando Filip Filiz Finn Fiona Florian Floriane Florin Franca Francesca Francesco
Francisco Frank Franz Franziska François Françoise Frauke Fred Frederik Frida Frieda Friedemann Friederike Friedhelm
Friedrich Fritz Fulvio Gabi Gabriel Gabriela Gabriele Gabriella Galina Geert Georg Georgios Gerald Gerd Gerda Gerhard
Gerlind Gerlinde Germana Gernot Gertrud Gesine Ghassan Gheorghe Giacomo Gianluca Gina Giorgio Giovanna Giovanni
Gisbert Gisela Giulia Giulio Giuseppe Goran Gordana Gottfried Graziella Gregor Greta Grzegorz Gudrun Guido Gunnar
Gunter Gustav Gábor Gökhan Gülay Gülcan Gülşen Günter Günther Habib Hakan Halil Halina Hamid Hanna Hannah Hannelore
Hannes Hans Harald Harry Hartmut Harun Haruto Hasan Hatice Hedwig Heidi Heidrun Heike Heiko Heiner Heinrich Heinrike
Heinz Helena Helene Helga Helmut Helmuth Henning Henriette Henrik Henry Herbert Heribert Hermann Hermine Herta Hiba
Hilde Hildegard Hildegund Hilmar Holger Horst Hossein Hubert Hugo Hulya Hussein Hülya Hüseyin Ibrahim Ibrahima Ida
Ignaz Igor Ilaria Ildiko Ildikó Ilka Ilona Ilse Imke Imre Ina Ines Inga Inge Ingeborg Ingo Ingomar Ingrid Inès Ioana
Ioannis Irena Irene Irfan Irina Irmgard Irmtraud Iryna Isabel Isabela Isabell Isabella Isabelle Ismail Isolde Istvan
István Ivan Ivana Iwona Jacek Jacob Jacqueline Jadwiga Jakob Jamal James Jan Jana Janina Jannik Jannis Janusz Jaroslav
Jaroslaw Jarosław Jasmina Javier Jean Jelena Jennifer Jenny Jens Jeremias Jerzy Jessica Jiri Jiří Joachim Joana Joanna
Jochen Johan Johann Johanna Johannes John Jolanta Jonas Jonathan Jonna Jorge Josef Josefa Josefine Joseph Josephine
Josip José Jovan Juan Judith Julia Julian Juliane Julius Juri Justus Jutta Jörg Jörn Jürg Jürgen Kader Kai Kamil Karim
Karin Karina Karl Karla Karolin Karolina Karoline Karsten Katalin Katarina Katarzyna Katerina Kateryna Katharina Kathi
Kathleen Kathrin Katja Katrin Kemal Kerstin Kevin Khaled Khalid Kilian Klara Klaus Klemens Kofi Konrad Konstantin
Korbinian Kornelia Kreszenz Kristin Kristina Krystyna Krzysztof Kunigunde Kurt Kwame Ladislav Lara Larissa Lars Laura
Laurenz Layla Lea Leila Lena Leni Leo Leon Leonardo Leonhard Leonie Leopold Leopoldine Leszek Levent Leyla Liam Lidia
Liesbeth Liese Lilian Liliana Lilli Lilly Lina Linda Linh Linus Lisa Lisbeth Liudmyla Ljiljana Ljubica Ljudmila
Loredana Lorena Lorenz Lothar Louis Louisa Luana Luca Lucas Lucia Lucie Ludmila Ludwig Luigi Luis Luisa Luise Lukas
Lukasz Lutz Lydia Lyudmila Lászlo László Maciej Maddalena Magda Magdalena Magnus Mahmoud Mahmut Maik Maja Malgorzata
Malte Mamadou Mandy Manfred Manuel Manuela Marc Marcel Marcella Marcello Marcin Marco Marcus Mareike Marek Maren
Margareta Margarete Margarita Margherita Margit Margot Margret Margrit Maria Mariam Mariana Marianne Marie Mariella
Marija Marijan Marika Marina Mario Mariola Marion Marita Marius Mariusz Marko Markus Marlene Marlies Marlis Marta
Martha Martin Martina Marvin Mary Maryam Massimo Mateusz Mathias Mathilde Matteo Matthias Maurice Maurizio Max
Maximilian Małgorzata Mechthild Mehdi Mehmet Meinhard Melanie Melina Melissa Meral Mercedes Merle Mert Merve Meryem
Metin Mia Michael Michaela Michal Michał Michel Michele Michelle Miguel Mihaela Mihai Mikael Mike Mikhail Mikołaj Mila
Milan Milena Milica Miloslav Miloš Minh Mira Mirela Miriam Mirjam Mirjana Mirko Miro Miroslav Miroslaw Mladen Mohamed
Mohammed Mona Monica Monika Moritz Muhammad Murat Mustafa Mustapha Nadeschda Nadia Nadine Nadja Najib Nasrin Natalia
Natalie Natalija Nataliya Natascha Nataša Navid Nazan Nele Nermin Ngozi Nguyen Nico Nicola Nicolai Nicolas Nicole
Nicoleta Nicoletta Nihat Niklas Nikola Nikolai Nikolaos Nikolaus Nikolina Nils Nina Nino Noah Noemi Nora Norbert
Norman Nour Nuray Nurcan Nuri Oksana Olaf Ole Oleg Oleksandr Olena Olga Oliver Olivia Olivier Omid Onur Orhan Ornella
Ortwin Oskar Osman Oswald Otmar Ottilie Ottmar Otto Oğuz Pablo Paola Paolo Parisa Pascal Pasquale Patricia Patrick
Patrizia Paul Paula Pauline Pavel Paweł Pedro Peer Pelin Petar Peter Petra Petros Philip Philipp Pia Pierre Piotr
Pjotr Predrag Priya Quirin Radka Radmila Radu Rafael Rahel Rahul Raimund Rainer Raissa Ralf Ralph Ramazan Ramona Rania
Raoul Raphael Rasmus Rebecca Recep Regina Regine Reiner Reinhard Reinhild Reinhilde Reinhold Remigius Renate Rene René
Reza Ricarda Ricardo Riccardo Richard Richarda Rita Robert Roberta Roberto Robin Rocco Roderich Roger Roland Rolf
Romina Ronald Ronja Ronny Rosa Rosalia Rosanna Rosemarie Rosina Roswita Roswitha Roxana Roza Rudi Rudolf Rupert Ruslan
Ruth Rüdiger Sabine Sabrina Safiye Salvatore Samir Samira Samuel Sandor Sandra Sandro Sanjay Sara Sarah Sascha Saskia
Saša Sebahat Sebastian Seda Sedat Selim Selina Selma Senta Serap Serdar Sergei Sergej Sergio Serhat Serkan Sevda
Severin Sevgi Sevim Shirin Sibel Sibylle Siegfried Sieglinde Siegmund Sigrid Silas Silke Silvana Silvester Silvia
Simon Simona Simone Sina Sita Sixtus Slobodan Snežana Sofia Sofie Solomiya Songül Sonia Sonja Sophia Sophie Sotirios
Stanislaus Stanislaw Stanisław Stavros Stefan Stefanie Stefano Steffen Steffi Stephan Stephanie Steven Stjepan
Suleyman Sunita Susann Susanne Susi Sven Svenja Svetlana Svitlana Swantje Swetlana Sybille Sylvia Süleyman Tadeusz
Tamara Tanja Taras Tarek Tarik Tatiana Tatjana Taylan Teresa Tereza Tetiana Thaddäus Thea Thekla Theo Theodor Theodora
Theresa Therese Theresia Thi Thomas Thorsten Tihomir Till Tilman Tim Timea Timo Timon Timur Tina Tiziana Tobias Tom
Tomas Tomasz Tomislav Tomoko Toni Toralf Torben Torsten Traudl Traute Tugba Tuncay Tuğba Tülay Türkan Udo Ugur Ulf
Ulla Ulrich Ulrike Urs Ursel Ursula Ute Uwe Uğur Vaclav Valentin Valentina Valeria Valerie Valerija Vanessa Vanja
Vasile Vasilios Vedat Velten Vera Verena Verica Veronica Veronika Veronique Vesna Vicky Victoria Viktor Viktoria
Viktorija Vincent Violetta Vitali Vitaliy Vito Vittorio Vitus Vivien Vladimir Vlado Vlasta Volkan Volker Volkmar
Václav Walburga Waldemar Walter Waltraud Waltraut Waltraute Wei Wendelin Wenzel Werner Wibke Wiebke Wieland Wiesława
Wigbert Wiktor Wilfried Wilhelm Wilhelmina Wilhelmine Willi Wilma Winfried Witold Wladimir Wojciech Wolf Wolfgang
Wolfhard Wolfram Wunibald Xaver Xenia Yannick Yannik Yasemin Yasin Yasmin Yavuz Yolanda Yousef Youssef Yuki Yuliya
Yuri Yusra Yusuf Yvonne Yüksel Yıldız Zahra Zbigniew Zdenka Zdeněk Zehra Zeljko Zeynep Zita Zlatko Zoe Zofia Zoltan
Zoltán Zuzana Ömer Özge Özgür Özlem Ümit İbrahim İsmail Łukasz Željko
"""
GIVEN_NAMES = frozenset(_NAMES.split())
